import { type Door, rightsOf } from '@latchkey/auth-core/rights'
import { isRequired, twoFactorStatus } from '@latchkey/auth-core/two-factor-status'
import type { Role } from '@latchkey/contract/profile'
import { type Db, fromDriver } from '@latchkey/db/db'

/** The account behind a credential, as every look-up of one selects and reads it. */

/** What every look-up selects of the account behind a credential, in this order. */
export const accountColumns = ({ users, authenticators, policy }: Db['tables']) => ({
  userId: users.id,
  username: users.username,
  displayName: users.displayName,
  email: users.email,
  emailVerifiedAt: users.emailVerifiedAt,
  role: users.role,
  enabled: users.enabled,
  requireTwoFactor: users.requireTwoFactor,
  twoFactorPendingSince: users.twoFactorPendingSince,
  createdAt: users.createdAt,
  authenticatorId: authenticators.id,
  policyRequires: policy.requireTwoFactor,
  sessionIdleMinutes: policy.sessionIdleMinutes,
})

/** A row of it. */
type AccountRow = [
  userId: string,
  username: string,
  displayName: string,
  email: string | null,
  emailVerifiedAt: Raw,
  role: Role,
  enabled: Raw,
  requireTwoFactor: Raw,
  twoFactorPendingSince: Raw,
  createdAt: Raw,
  authenticatorId: string | null,
  policyRequires: 'nobody' | 'administrators' | 'everyone',
  sessionIdleMinutes: number,
]
/** a value as the driver has it */
export type Raw = string | number | boolean | null
const { boolean, instant, nullableInstant } = fromDriver

/** The account of a row; null when it is disabled, whatever credential it shows. */
export function readAccount(row: unknown[], door: Door) {
  const [
    id,
    username,
    displayName,
    email,
    emailVerifiedAt,
    role,
    enabled,
    requireTwoFactor,
    twoFactorPendingSince,
    createdAt,
    authenticatorId,
    policyRequires,
    sessionIdleMinutes,
  ] = row as AccountRow
  if (!boolean(enabled)) return null
  const user = {
    id,
    username,
    displayName,
    email,
    emailVerifiedAt: nullableInstant(emailVerifiedAt),
    role,
    requireTwoFactor: boolean(requireTwoFactor),
    twoFactorPendingSince: nullableInstant(twoFactorPendingSince),
    createdAt: instant(createdAt),
  }
  const required = isRequired(policyRequires, user)
  const chosen = user.twoFactorPendingSince !== null
  const status = twoFactorStatus({ proved: authenticatorId !== null, chosen, required })
  return { user, authenticatorId, sessionIdleMinutes, twoFactor: { status, required }, rights: rightsOf(role, door) }
}
