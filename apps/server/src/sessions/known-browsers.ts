import { randomBytes } from 'node:crypto'
import { formatToken, hashToken, TOKEN_BYTES } from '@latchkey/auth-core/secret-token'
import { KNOWN_BROWSER_LIFETIME, MAXIMUM_KNOWN_BROWSERS } from '@latchkey/auth-core/session-lifetime'
import type { Db, Tx } from '@latchkey/db/db'
import { and, desc, eq, gt, notInArray } from '@latchkey/db/drizzle'
import { leaveCookie, readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'

/**
 * Browsers in which a person signed in before. Their cookie opens nothing and proves nothing: it only keeps the
 * failures of strangers from closing the door to the person.
 */

/** Bound to the account: what one account knows says nothing to another. */
const rowOf = (token: string, userId: string) => hashToken(`${token} ${userId}`)

/** What a known browser is called, for counting; null when this account does not know it. */
export async function recognise(
  db: Pick<Db, 'select' | 'tables'>,
  exchange: Exchange,
  userId: string,
  now: number,
): Promise<string | null> {
  const token = readCookie(exchange, 'browser')
  if (!token) return null
  const { knownBrowsers } = db.tables
  const [known] = await db
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .where(and(eq(knownBrowsers.tokenHash, rowOf(token, userId)), gt(knownBrowsers.expiresAt, now)))
  return known?.tokenHash ?? null
}

/** After signing in: this browser is known from now on. Beyond twenty the one not used for longest is forgotten. */
export async function remember(tx: Tx, exchange: Exchange, userId: string, now: number) {
  const times = { lastUsedAt: now, expiresAt: now + KNOWN_BROWSER_LIFETIME }
  const brought = readCookie(exchange, 'browser')
  // A value this account does not know is never taken over: somebody may have planted it
  const isOwn = brought !== null && (await touch(tx, rowOf(brought, userId), times))
  const token = isOwn ? brought : formatToken(randomBytes(TOKEN_BYTES))
  if (!isOwn) await add(tx, { tokenHash: rowOf(token, userId), userId, createdAt: now, ...times })
  leaveCookie(exchange, 'browser', token, KNOWN_BROWSER_LIFETIME)
}

type Times = { lastUsedAt: number; expiresAt: number }

/** @returns whether it was known, and still is */
async function touch(tx: Tx, tokenHash: string, times: Times): Promise<boolean> {
  const { knownBrowsers: table } = tx.tables
  const live = and(eq(table.tokenHash, tokenHash), gt(table.expiresAt, times.lastUsedAt))
  return (await tx.update(table).set(times).where(live).returning({ tokenHash: table.tokenHash })).length > 0
}

async function add(tx: Tx, row: Times & { tokenHash: string; userId: string; createdAt: number }) {
  const { knownBrowsers: table } = tx.tables
  await tx.insert(table).values(row)
  const own = eq(table.userId, row.userId)
  const kept = tx
    .select({ tokenHash: table.tokenHash })
    .from(table)
    .where(own)
    .orderBy(desc(table.lastUsedAt))
    .limit(MAXIMUM_KNOWN_BROWSERS)
  await tx.delete(table).where(and(own, notInArray(table.tokenHash, kept)))
}

/** With a new password every browser is a stranger again: one of them may be why it was changed. */
export async function forgetAll(tx: Tx, userId: string) {
  await tx.delete(tx.tables.knownBrowsers).where(eq(tx.tables.knownBrowsers.userId, userId))
}
