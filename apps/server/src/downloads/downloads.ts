import { randomBytes, randomUUID } from 'node:crypto'
import {
  API_CREDENTIAL_BYTES,
  formatApiCredential,
  hashApiCredential,
  looksLikeApiCredential,
} from '@latchkey/auth-core/api-credential'
import { rightsOf } from '@latchkey/auth-core/rights'
import type { DownloadResource } from '@latchkey/contract/downloads'
import { Problem } from '@latchkey/contract/problem'
import type { Db } from '@latchkey/db/db'
import { and, desc, eq, gt } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import { countWrongToken } from '../callers/wrong-token.ts'
import type { Deps } from '../deps.ts'
import type { Caller, SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import * as sessions from '../sessions/sessions.ts'
import { accountExport } from './account-export.ts'
import { activityCsv } from './activity-csv.ts'
import { usersCsv } from './users-csv.ts'

/** What can be downloaded: who may, and how the file comes about. */
const resources = {
  'account-export': { right: 'account:read', type: 'application/json', extension: 'json', write: accountExport },
  activity: { right: 'account:read', type: 'text/csv', extension: 'csv', write: activityCsv },
  users: { right: 'users:read', type: 'text/csv', extension: 'csv', write: usersCsv },
} as const satisfies Record<DownloadResource, object>

/** Links a person can have at once; more is a mistake of a script. */
const MAXIMUM_LINKS = 50
const HOUR = 60 * 60_000

/** The links that still work, newest first. */
export async function list({ db, now }: Deps, { user }: Caller) {
  const { downloads } = db.tables
  return db
    .select()
    .from(downloads)
    .where(and(eq(downloads.userId, user.id), gt(downloads.expiresAt, now())))
    .orderBy(desc(downloads.createdAt))
}

/** @throws Problem forbidden, wrong-state when there are too many already */
export async function make(
  deps: Deps,
  caller: SessionCaller,
  exchange: Exchange,
  { resource, expiresInHours }: { resource: DownloadResource; expiresInHours: number },
) {
  return sessions.changeOwn(deps, caller, async (tx, { user, rights }, at) => {
    const { downloads } = tx.tables
    if (!rights.includes(resources[resource].right)) throw new Problem('forbidden')
    const own = and(eq(downloads.userId, user.id), gt(downloads.expiresAt, at))
    const live = await tx.select({ id: downloads.id }).from(downloads).where(own)
    if (live.length >= MAXIMUM_LINKS) throw new Problem('wrong-state')
    const id = randomUUID()
    const token = formatApiCredential('download', randomBytes(API_CREDENTIAL_BYTES))
    const expiresAt = at + expiresInHours * HOUR
    const link = { id, userId: user.id, tokenHash: hashApiCredential(token), resource, createdAt: at, expiresAt }
    await tx.insert(downloads).values(link)
    const actor = activity.actorOf(exchange, caller)
    const detail = { resource, hours: expiresInHours }
    await activity.record(tx, { event: 'download-link.made', subject: user.id, actor, at, detail })
    const url = new URL(`/downloads/${resource}`, deps.config.publicUrl)
    url.searchParams.set('token', token)
    return { id, url: url.href, expiresAt }
  })
}

/** @throws Problem not-found */
export const revoke = (deps: Deps, caller: SessionCaller, exchange: Exchange, id: string) =>
  sessions.changeOwn(deps, caller, async (tx, { user }, at) => {
    const { downloads } = tx.tables
    const own = and(eq(downloads.id, id), eq(downloads.userId, user.id))
    const [gone] = await tx.delete(downloads).where(own).returning()
    if (!gone) throw new Problem('not-found')
    const actor = activity.actorOf(exchange, caller)
    const detail = { resource: gone.resource }
    await activity.record(tx, { event: 'download-link.revoked', subject: user.id, actor, at, detail })
  })

/**
 * The file a link is for, with the rights its maker has now. What is wrong, over, revoked, for something else or of
 * somebody who may not any more gets one answer.
 * @throws Problem no-longer-valid
 */
export async function open(deps: Deps, exchange: Exchange, resource: DownloadResource, token: string) {
  const { db, now } = deps
  const detail = 'The link has expired or was revoked. Ask whoever gave it to you for a new one.'
  const refusal = new Problem('no-longer-valid', { detail })
  if (!looksLikeApiCredential('download', token)) throw refusal
  const { type, extension, write } = resources[resource]
  const link = { resource, tokenHash: hashApiCredential(token) }
  const at = now()
  const owner = await db.write(async (tx) => {
    const { downloads } = tx.tables
    const found = await findMaker(tx, link, at)
    if (!found) return null
    await tx.update(downloads).set({ lastUsedAt: at }).where(eq(downloads.id, found.linkId))
    const actor = activity.strangerActor(exchange, 'download-link')
    const detail = { resource }
    await activity.record(tx, { event: 'download-link.used', subject: found.user.id, actor, at, detail })
    return found.user
  })
  if (!owner) throw await countWrongToken(deps, exchange, refusal)
  const day = new Date(at).toISOString().slice(0, 10)
  const name = `latchkey-${owner.username}-${resource}-${day}.${extension}`
  return { type, name, chunks: whileOpen(write(db, { userId: owner.id, at }), () => findMaker(db, link, now())) }
}

/** A file that takes long ends where its link does: cut off, so that half of it does not pass for the whole. */
async function* whileOpen(chunks: AsyncIterable<string>, isOpen: () => Promise<unknown>) {
  for await (const chunk of chunks) {
    if (!(await isOpen())) throw new Error('The download link ended meanwhile')
    yield chunk
  }
}

/** Whose link it is, and that they may have what it is for at this moment; null otherwise. */
async function findMaker(
  db: Pick<Db, 'select' | 'tables'>,
  { resource, tokenHash }: { resource: DownloadResource; tokenHash: string },
  now: number,
) {
  const { downloads, users } = db.tables
  const isLive = and(eq(downloads.tokenHash, tokenHash), eq(downloads.resource, resource), gt(downloads.expiresAt, now))
  const [found] = await db
    .select({ linkId: downloads.id, user: users })
    .from(downloads)
    .innerJoin(users, eq(users.id, downloads.userId))
    .where(and(isLive, eq(users.enabled, true)))
  return found && rightsOf(found.user.role, 'browser').includes(resources[resource].right) ? found : null
}
