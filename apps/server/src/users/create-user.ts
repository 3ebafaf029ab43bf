import { randomUUID } from 'node:crypto'
import { canonicalEmail, readUsername } from '@latchkey/auth-core/username'
import { Problem } from '@latchkey/contract/problem'
import type { Role } from '@latchkey/contract/profile'
import { isUniqueViolation, type Tx } from '@latchkey/db/db'
import * as activity from '../activity/activity.ts'

/** Somebody to be. The password is already hashed: hashing has no place in a transaction. */
export type NewUser = {
  username: string
  displayName: string
  email?: string | undefined
  role: Role
  passwordHash: string | null
  /** whether the person chooses their own password at the next sign-in */
  passwordChangeRequired?: boolean
}

export const USERNAME_RULE =
  'The user name may hold a to z, 0 to 9, dot, hyphen and underscore, 2 to 63 of them, and begins with a letter or digit. A colon would not fit HTTP Basic.'

/**
 * The user name somebody asked for, in its stored form.
 * @throws Problem invalid-input that says which characters are allowed
 */
export function acceptUsername(typed: string): string {
  const verdict = readUsername(typed)
  if (verdict.ok) return verdict.username
  throw new Problem('invalid-input', {
    detail: USERNAME_RULE,
    errors: [{ pointer: '/username', code: verdict.reason }],
  })
}

/**
 * Makes an account. The database decides whether name and address are free, so that two at once cannot both have them.
 * @throws Problem already-exists
 */
export async function createUser(tx: Tx, person: NewUser, actor: activity.Actor, at: number): Promise<string> {
  const id = randomUUID()
  const { email = null } = person
  try {
    await tx.insert(tx.tables.users).values({
      id,
      username: acceptUsername(person.username),
      displayName: person.displayName,
      email,
      emailKey: email && canonicalEmail(email),
      role: person.role,
      enabled: true,
      passwordHash: person.passwordHash,
      passwordChangeRequired: person.passwordChangeRequired ?? false,
      passwordChangedAt: person.passwordHash ? at : null,
      requireTwoFactor: false,
      version: 1,
      createdAt: at,
    })
  } catch (error) {
    throw isUniqueViolation(error) ? new Problem('already-exists') : error
  }
  const detail = { role: person.role }
  await activity.record(tx, {
    event: 'account.created',
    subject: id,
    actor: { ...actor, userId: actor.userId ?? id },
    at,
    detail,
  })
  return id
}
