import { isRequired, twoFactorStatus } from '@latchkey/auth-core/two-factor-status'
import type { Db } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'

type Reader = Pick<Db, 'select' | 'tables'>

/** An account with what decides whether, how far and for how long somebody gets in. */
export type Standing = ReturnType<typeof toStanding>

/** The rows standings are made of, to be narrowed down by a condition of the caller's. */
export function selectStandings(db: Reader) {
  const { users, authenticators, policy } = db.tables
  return db
    .select({
      user: users,
      authenticatorId: authenticators.id,
      policyRequires: policy.requireTwoFactor,
      rules: { sessionIdleMinutes: policy.sessionIdleMinutes, sessionLifetimeHours: policy.sessionLifetimeHours },
    })
    .from(users)
    .innerJoin(policy, eq(policy.id, 1))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
}

export function toStanding({
  user,
  authenticatorId,
  policyRequires,
  rules,
}: Awaited<ReturnType<typeof selectStandings>>[number]) {
  const facts = {
    proved: authenticatorId !== null,
    chosen: user.twoFactorPendingSince !== null,
    required: isRequired(policyRequires, user),
  }
  return { user, facts, twoFactor: twoFactorStatus(facts), rules }
}

/** One account as it is now. In a transaction that changes something, call `tx.lockUser` first. */
export async function readStanding(db: Reader, userId: string): Promise<Standing | null> {
  const [row] = await selectStandings(db).where(eq(db.tables.users.id, userId))
  return row ? toStanding(row) : null
}
