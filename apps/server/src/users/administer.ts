import type { BodyOf, QueryOf } from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import type { createUser, listUsers, updateUser } from '@latchkey/contract/users'
import type { Tx } from '@latchkey/db/db'
import * as activity from '../activity/activity.ts'
import { allCredentials, revokeCredentials } from '../credentials/revoke.ts'
import type { Deps } from '../deps.ts'
import { type Caller, findAgain, type SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import * as sessions from '../sessions/sessions.ts'
import { listPeople } from './list-users.ts'
import * as users from './users.ts'

/** What an administrator does for somebody else, through the API. */

/** Whoever is no administrator any more, or whose session or key ended, while a request was on its way changes nothing. */
async function admitAgain(tx: Tx, caller: Caller, now: number) {
  const fresh = await findAgain(tx, caller, now)
  if (!fresh) throw new Problem('not-signed-in')
  if (!fresh.rights.includes('users:write')) throw new Problem('forbidden')
}

/** One page of everybody. */
export async function list({ db }: Deps, query: QueryOf<typeof listUsers>) {
  const { people, nextCursor } = await listPeople(db, query)
  return { items: people.map(users.describe), nextCursor }
}

/** Adds somebody, who chooses a password of their own at the first sign-in. */
export async function add(deps: Deps, caller: Caller, exchange: Exchange, body: BodyOf<typeof createUser>) {
  if (body.role !== 'service' && body.password === undefined)
    throw new Problem('invalid-input', { errors: [{ pointer: '/password', code: 'required' }] })
  const actor = activity.actorOf(exchange, caller)
  const allow = async (tx: Tx) => {
    await tx.lockUser(caller.user.id)
    return admitAgain(tx, caller, deps.now())
  }
  return users.describe(await users.add(deps, body, { actor, mustChangePassword: true, allow }))
}

/** One person and the tag of this version of them (RFC 9110 section 8.8.3). */
export async function show({ db }: Deps, exchange: Exchange, id: string) {
  const person = await users.find(db, id)
  exchange.extraHeaders = { ETag: tagOf(person) }
  return users.describe(person)
}

const tagOf = ({ user }: users.Person) => `"${user.version}"`

/** RFC 9110 section 13.1.1: `*` or a list of tags, one of which must be the present one. */
const isMatch = (header: string, tag: string) =>
  header.trim() === '*' || header.split(',').some((wanted) => wanted.trim() === tag)

/**
 * Changes what is given. Nobody takes away their own second factor or sets their own password this way: their own
 * settings ask for the proof that belongs to it. A program does not move
 * its owner's address or demand either.
 */
export async function update(
  deps: Deps,
  caller: Caller,
  exchange: Exchange,
  { id, body: { password, ...rest } }: { id: string; body: BodyOf<typeof updateUser> },
) {
  const { db, now } = deps
  const isSelf = id === caller.user.id
  const byProgram = caller.credential !== 'cookie' && (rest.email !== undefined || rest.requireTwoFactor !== undefined)
  const isOwnMatter = password !== undefined || rest.twoFactorActive === false || byProgram
  if (isSelf && isOwnMatter) throw new Problem('not-for-yourself')
  const passwordHash =
    password === undefined ? undefined : await users.hashFor(deps, await users.find(db, id), password)
  const changes = { ...rest, ...(passwordHash && { passwordHash }) }

  const person = await db.write(async (tx) => {
    await users.lockForChange(tx, [id, caller.user.id], changes)
    const at = now()
    await admitAgain(tx, caller, at)
    const before = await users.find(tx, id)
    const wanted = exchange.header('if-match')
    if (wanted !== undefined && !isMatch(wanted, tagOf(before))) throw new Problem('changed-meanwhile')
    await users.change(tx, before, changes, activity.actorOf(exchange, caller), at)
    return users.find(tx, id)
  })
  exchange.extraHeaders = { ETag: tagOf(person) }
  return users.describe(person)
}

/** One thing an administrator does to one person. @throws Problem not-signed-in, forbidden, not-found */
const changeOther = <T>(
  { db, now }: Deps,
  caller: SessionCaller,
  id: string,
  work: (tx: Tx, person: users.Person, at: number) => Promise<T>,
): Promise<T> =>
  db.write(async (tx) => {
    await users.lockForChange(tx, [id, caller.user.id], {})
    const at = now()
    await admitAgain(tx, caller, at)
    return work(tx, await users.find(tx, id), at)
  })

/** Signs somebody out everywhere; an administrator who means themselves stays where they are. */
export const endSessions = (deps: Deps, caller: SessionCaller, exchange: Exchange, id: string) =>
  changeOther(deps, caller, id, async (tx, { user }, at) => {
    const count = await sessions.endAllBut(tx, user.id, caller.session.id)
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'sessions.ended', subject: user.id, actor, at, detail: { count } })
  })

export const endCredentials = (deps: Deps, caller: SessionCaller, exchange: Exchange, id: string) =>
  changeOther(deps, caller, id, (tx, { user }, at) =>
    revokeCredentials(tx, user.id, allCredentials, { actor: activity.actorOf(exchange, caller), at }),
  )

/** @throws Problem wrong-state for whoever can sign in and make their own */
export const generateServiceKey = (deps: Deps, caller: SessionCaller, exchange: Exchange, id: string) =>
  changeOther(deps, caller, id, async (tx, person, at) => ({
    apiKey: await users.generateServiceKey(tx, person, activity.actorOf(exchange, caller), at),
  }))
