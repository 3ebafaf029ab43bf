import { isOver } from '@latchkey/auth-core/session-lifetime'
import { isRequired, twoFactorStatus } from '@latchkey/auth-core/two-factor-status'
import type { Role } from '@latchkey/contract/profile'
import { type Db, fromDriver, type Lookup, type Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'

/** A person signed in with a browser: account and session as the database has them right now. */
export type Caller = NonNullable<ReturnType<typeof judge>>

const byToken = (db: Pick<Db, 'select' | 'tables'>): Lookup => {
  const { sessions, users, authenticators, policy } = db.tables
  const query = db
    .select({
      sessionId: sessions.id,
      lastAuthenticationAt: sessions.lastAuthenticationAt,
      lastSeenAt: sessions.lastSeenAt,
      expiresAt: sessions.expiresAt,
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
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    // SQLite plans a join anew at every run when it can see a bound value, 80 µs instead of 10: hence the literal
    // here and the `(select …)` below
    .innerJoin(policy, sql`${policy.id} = 1`)
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(sessions.tokenHash, sql`(select ${sql.placeholder('tokenHash')})`))
  return { name: 'caller', sql: query.toSQL().sql }
}

/** A row of `byToken`, in the order of its selection; `Raw` is what `fromDriver` reads. */
type Row = [
  sessionId: string,
  lastAuthenticationAt: Raw,
  lastSeenAt: Raw,
  expiresAt: Raw,
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
type Raw = string | number | boolean | null

/**
 * Finds who a session token belongs to: one indexed read, prepared once, never cached, so that a revocation counts
 * from the next request on every server process.
 */
export function prepareCallerLookup(db: Db, now: () => number) {
  const query = byToken(db)
  return async (tokenHash: string) => judge(tokenHash, await db.lookup(query, tokenHash), now())
}

/** The same look-up inside a transaction: a session that ended since the request came in changes nothing. */
export const findCaller = async (tx: Tx, tokenHash: string, now: number) =>
  judge(tokenHash, await tx.lookup(byToken(tx), tokenHash), now)

/** Moves the idle limit of a session on. At most once a minute, so that reading stays reading. */
export const noteSeen = (db: Db, { session, user }: Caller, now: number) =>
  db.write(async (tx) => {
    const { sessions, users } = tx.tables
    // The person first, as in every other change: a session ended at this moment would otherwise be a deadlock
    await tx.update(users).set({ lastSeenAt: now }).where(eq(users.id, user.id))
    await tx.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.id, session.id))
  })

const { boolean, instant, nullableInstant } = fromDriver

function judge(tokenHash: string, row: unknown[] | undefined, now: number) {
  if (!row) return null
  const [
    sessionId,
    lastAuthenticationAt,
    lastSeenAt,
    expiresAt,
    userId,
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
  ] = row as Row
  const session = {
    id: sessionId,
    lastAuthenticationAt: instant(lastAuthenticationAt),
    lastSeenAt: instant(lastSeenAt),
    expiresAt: instant(expiresAt),
  }
  if (!boolean(enabled) || isOver(session, sessionIdleMinutes, now)) return null

  const user = {
    id: userId,
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
  return { tokenHash, user, session, authenticatorId, sessionIdleMinutes, twoFactor: { status, required } }
}
