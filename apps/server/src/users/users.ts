import { isLastAdministrator } from '@latchkey/auth-core/last-administrator'
import { canonicalEmail } from '@latchkey/auth-core/username'
import type { BodyOf } from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import type { Role } from '@latchkey/contract/profile'
import type { updateUser } from '@latchkey/contract/users'
import { type Db, isUniqueViolation, type Tx } from '@latchkey/db/db'
import { and, eq, sql } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import * as apiKeys from '../credentials/api-keys.ts'
import { allCredentials, revokeCredentials } from '../credentials/revoke.ts'
import type { Deps } from '../deps.ts'
import { acceptNewPassword } from '../new-password/new-password.ts'
import { type Standing as Person, readStanding } from '../second-factor/standing.ts'
import * as sessions from '../sessions/sessions.ts'
import { storePassword } from '../sign-in/store-password.ts'
import { resetForPerson } from '../two-factor/two-factor.ts'
import { acceptUsername, createUser } from './create-user.ts'

/** What these operations need; the command line has no more. */
type Needs = Pick<Deps, 'db' | 'config' | 'hashPool' | 'now'>

/** One person as an administrator sees them. */
export const describe = ({ user, twoFactor }: Person) => ({ ...user, twoFactor })

/** @throws Problem not-found */
export async function find(db: Pick<Db, 'select' | 'tables'>, id: string): Promise<Person> {
  const standing = await readStanding(db, id)
  if (!standing) throw new Problem('not-found')
  return standing
}

export type { Person }

export type Addition = {
  username: string
  displayName: string
  email?: string | undefined
  role: Role
  /** in clear; without it nobody can sign in, as is right for a service */
  password?: string | undefined
}

/**
 * Adds somebody. Who adds is checked by `allow`, inside the transaction.
 * @param mustChangePassword whether the person chooses their own at the first sign-in
 * @throws Problem invalid-input, already-exists
 */
export async function add(
  deps: Needs,
  { password, ...person }: Addition,
  by: { actor: activity.Actor; mustChangePassword: boolean; allow: (tx: Tx) => Promise<unknown> },
): Promise<Person> {
  const username = acceptUsername(person.username)
  if (password !== undefined)
    await acceptNewPassword(deps, { password, person: { ...person, username }, pointer: '/password' })
  const passwordHash = password === undefined ? null : await deps.hashPool.hash(password)
  return deps.db.write(async (tx) => {
    await by.allow(tx)
    const passwordChangeRequired = by.mustChangePassword && passwordHash !== null
    const id = await createUser(tx, { ...person, passwordHash, passwordChangeRequired }, by.actor, deps.now())
    return find(tx, id)
  })
}

export type Changes = Omit<BodyOf<typeof updateUser>, 'password'> & { passwordHash?: string }

/** Checks and hashes a password somebody else chose for this person. @throws Problem invalid-input, busy */
export async function hashFor(deps: Needs, person: Person, password: string): Promise<string> {
  await acceptNewPassword(deps, { password, person: person.user, pointer: '/password' })
  return deps.hashPool.hash(password)
}

/**
 * Changes what is given of a person's account, whoever does it. What weakens or closes it ends its sessions; becoming a
 * service, or ceasing to be one, ends its credentials.
 * Call `lockForChange` first, and read the person after it.
 * @throws Problem already-exists, last-administrator
 */
export async function change(tx: Tx, person: Person, changes: Changes, actor: activity.Actor, at: number) {
  const { users } = tx.tables
  const { user } = person
  const { passwordHash, twoFactorActive, email, ...plain } = changes
  const isOtherEmail = email !== undefined && email !== user.email // the same one stays proved
  if (Object.keys(changes).length === 0) return
  await refuseLastAdministrator(tx, user, { role: plain.role ?? user.role, enabled: plain.enabled ?? user.enabled })

  const set = {
    ...plain,
    ...(isOtherEmail && { email, emailKey: email && canonicalEmail(email), emailVerifiedAt: null }),
    version: sql`${users.version} + 1`,
  }
  try {
    await tx.update(users).set(set).where(eq(users.id, user.id))
  } catch (error) {
    throw isUniqueViolation(error) ? new Problem('already-exists') : error
  }
  const parts = Object.keys({ ...plain, ...(isOtherEmail && { email }) }).join(' ')
  const row = { subject: user.id, actor, at }
  if (parts) await activity.record(tx, { ...row, event: 'account.changed', detail: { parts } })
  if (passwordHash) {
    await storePassword(tx, user.id, { passwordHash, isTemporary: true, keptSessionId: null, at })
    await activity.record(tx, { ...row, event: 'password.changed', detail: { temporary: true } })
  }
  if (plain.enabled === false || plain.role === 'service') await sessions.endAllBut(tx, user.id, null)
  // The key of a service was seen by whoever made it: it must not become a person's
  const isOtherKind = plain.role !== undefined && (plain.role === 'service') !== (user.role === 'service')
  if (isOtherKind) await revokeCredentials(tx, user.id, allCredentials, { actor, at })
  if (twoFactorActive === false) await resetForPerson(tx, await find(tx, user.id), actor, at)
}

/**
 * A new API key for a service, which cannot sign in to make its own; the one before ends.
 * @returns the key, to be shown this once
 * @throws Problem wrong-state for whoever can
 */
export async function generateServiceKey(tx: Tx, { user }: Person, actor: activity.Actor, at: number): Promise<string> {
  if (user.role !== 'service') throw new Problem('wrong-state')
  const apiKey = await apiKeys.replace(tx, null, user.id, { overlap: 0, at })
  await activity.record(tx, { event: 'api-key.generated', subject: user.id, actor, at, detail: { overlap: 'none' } })
  return apiKey
}

/** @throws Problem last-administrator */
async function refuseLastAdministrator(tx: Tx, before: Person['user'], after: { role: Role; enabled: boolean }) {
  const { users } = tx.tables
  const administrators = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.role, 'administrator'), eq(users.enabled, true)))
  if (isLastAdministrator(administrators.length, before, after)) throw new Problem('last-administrator')
}

/**
 * Locks the people a change is about. A change of role or status concerns every administrator: two of them may not
 * remove each other at once.
 */
export async function lockForChange(tx: Tx, ids: string[], changes: Changes) {
  const { users } = tx.tables
  const concernsAll = changes.role !== undefined || changes.enabled !== undefined
  const administrators = concernsAll
    ? await tx.select({ id: users.id }).from(users).where(eq(users.role, 'administrator'))
    : []
  await tx.lockUser(...ids, ...administrators.map(({ id }) => id))
}
