import { isOver } from '@latchkey/auth-core/session-lifetime'
import { isRequired, type TwoFactorStatus, twoFactorStatus } from '@latchkey/auth-core/two-factor-status'
import type { Db, Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'

/** A person signed in with a browser: account, session and policy as the database has them right now. */
export type Caller = NonNullable<Awaited<ReturnType<typeof findCaller>>>

const query = (db: Pick<Tx, 'select' | 'tables'>) => {
  const { sessions, users, authenticators, policy } = db.tables
  return db
    .select({
    session: {
      id: sessions.id,
      tokenHash: sessions.tokenHash,
      lastAuthenticationAt: sessions.lastAuthenticationAt,
      lastSeenAt: sessions.lastSeenAt,
      expiresAt: sessions.expiresAt,
    },
    user: {
      id: users.id,
      username: users.username,
      displayName: users.displayName,
      email: users.email,
      emailVerifiedAt: users.emailVerifiedAt,
      role: users.role,
      enabled: users.enabled,
      requireTwoFactor: users.requireTwoFactor,
      twoFactorPendingSince: users.twoFactorPendingSince,
      createdAt: users.createdAt,
    },
    authenticatorId: authenticators.id,
    policy: {
      requireTwoFactor: policy.requireTwoFactor,
      signOutAfterEnrolment: policy.signOutAfterEnrolment,
      sessionIdleMinutes: policy.sessionIdleMinutes,
      minimumPasswordLength: policy.minimumPasswordLength,
    },
  })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(policy, sql`${policy.id} = 1`)
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    // SQLite plans a join anew at every run when it can see a bound value, 80 µs instead of 10: hence the literal
    // above and the `(select …)` here
    .where(eq(sessions.tokenHash, sql`(select ${sql.placeholder('tokenHash')})`))
}

/**
 * Finds who a session token belongs to: one indexed read, prepared once, never cached, so that a revocation counts
 * from the next request on every server process.
 */
export function prepareCallerLookup(db: Db, now: () => number) {
  const prepared = query(db).prepare('caller')
  return async (tokenHash: string): Promise<Caller | null> => judge((await prepared.execute({ tokenHash }))[0], now())
}

/** The same look-up inside a transaction: a session that ended since the request came in changes nothing. */
export const findCaller = async (tx: Tx, tokenHash: string, now: number) =>
  judge((await query(tx).prepare('caller').execute({ tokenHash }))[0], now)

/** Moves the idle limit of a session on. At most once a minute, so that reading stays reading. */
export const noteSeen = (db: Db, sessionId: string, now: number) =>
  db.write(async (tx) => {
    await tx.update(tx.tables.sessions).set({ lastSeenAt: now }).where(eq(tx.tables.sessions.id, sessionId))
  })

type Row = Awaited<ReturnType<ReturnType<typeof query>['execute']>>[number]

function judge(row: Row | undefined, now: number) {
  if (!row?.user.enabled || isOver(row.session, row.policy.sessionIdleMinutes, now)) return null
  const required = isRequired(row.policy.requireTwoFactor, row.user)
  const status: TwoFactorStatus = twoFactorStatus({
    proved: row.authenticatorId !== null,
    chosen: row.user.twoFactorPendingSince !== null,
    required,
  })
  return { ...row, twoFactor: { status, required } }
}
