import { isRequired, twoFactorStatus } from '@latchkey/auth-core/two-factor-status'
import type { Db } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'

export type Standing = NonNullable<Awaited<ReturnType<typeof readStanding>>>

/**
 * An account as it is now, with what decides whether and how far somebody gets in. In a transaction that changes
 * something, call `tx.lockUser` first.
 */
export async function readStanding(db: Pick<Db, 'select' | 'tables'>, userId: string) {
  const { users, authenticators, policy } = db.tables
  const [row] = await db
    .select({ user: users, authenticatorId: authenticators.id, policyRequires: policy.requireTwoFactor })
    .from(users)
    .innerJoin(policy, eq(policy.id, 1))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(users.id, userId))
  if (!row) return null
  const { user, authenticatorId, policyRequires } = row
  const facts = {
    proved: authenticatorId !== null,
    chosen: user.twoFactorPendingSince !== null,
    required: isRequired(policyRequires, user),
  }
  return { user, facts, twoFactor: twoFactorStatus(facts) }
}
