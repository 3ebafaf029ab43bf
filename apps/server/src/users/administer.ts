import type { BodyOf, QueryOf } from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import type { createUser, listUsers, updateUser } from '@latchkey/contract/users'
import type { Tx } from '@latchkey/db/db'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { type Caller, findCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import { listPeople } from './list-users.ts'
import * as users from './users.ts'

/** What an administrator does for somebody else, through a browser. */

/** Whoever is no administrator any more, or signed out, while a request was on its way changes nothing. */
async function readAdministrator(tx: Tx, caller: Caller, now: number): Promise<Caller> {
  const fresh = await findCaller(tx, caller.tokenHash, now)
  if (!fresh) throw new Problem('not-signed-in')
  if (fresh.user.role !== 'administrator') throw new Problem('forbidden')
  return fresh
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
  const actor = activity.browserActor(exchange, caller.user.id, caller.session.id)
  const allow = async (tx: Tx) => {
    await tx.lockUser(caller.user.id)
    return readAdministrator(tx, caller, deps.now())
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
 * settings ask for the proof that belongs to it.
 */
export async function update(
  deps: Deps,
  caller: Caller,
  exchange: Exchange,
  { id, body: { password, ...rest } }: { id: string; body: BodyOf<typeof updateUser> },
) {
  const { db, now } = deps
  const isSelf = id === caller.user.id
  if (isSelf && (password !== undefined || rest.twoFactorActive === false)) throw new Problem('not-for-yourself')
  const passwordHash =
    password === undefined ? undefined : await users.hashFor(deps, await users.find(db, id), password)
  const changes = { ...rest, ...(passwordHash && { passwordHash }) }

  const person = await db.write(async (tx) => {
    await users.lockForChange(tx, [id, caller.user.id], changes)
    const at = now()
    const { user, session } = await readAdministrator(tx, caller, at)
    const before = await users.find(tx, id)
    const wanted = exchange.header('if-match')
    if (wanted !== undefined && !isMatch(wanted, tagOf(before))) throw new Problem('changed-meanwhile')
    await users.change(tx, before, changes, activity.browserActor(exchange, user.id, session.id), at)
    return users.find(tx, id)
  })
  exchange.extraHeaders = { ETag: tagOf(person) }
  return users.describe(person)
}
