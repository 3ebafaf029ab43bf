import { type Door, rightsOf } from '@latchkey/auth-core/rights'
import { isOver } from '@latchkey/auth-core/session-lifetime'
import { isRequired, twoFactorStatus } from '@latchkey/auth-core/two-factor-status'
import type { Role } from '@latchkey/contract/profile'
import { type Db, fromDriver, type Lookup, type Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'

/**
 * Who is asking, as the database has them at this moment. Every look-up is one indexed read, prepared once and never
 * cached, so that a revocation counts from the next request on every server process.
 */
export type Caller = SessionCaller | KeyCaller | BasicCaller

/** A person signed in with a browser. */
export type SessionCaller = NonNullable<ReturnType<typeof judgeSession>>
/** A program with an API key. */
export type KeyCaller = NonNullable<ReturnType<typeof judgeKey>>
/** A program with user name and password. */
export type BasicCaller = ApiPasswordCaller | AccountPasswordCaller
type ApiPasswordCaller = NonNullable<ReturnType<typeof judgeApiPassword>>
type AccountPasswordCaller = NonNullable<ReturnType<typeof judgeAccountPassword>['caller']>

type Reader = Pick<Db, 'select' | 'tables'>

/** What every look-up selects of the account behind a credential, in this order. */
const accountColumns = ({ users, authenticators, policy }: Reader['tables']) => ({
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

/** A row of it; `Raw` is what `fromDriver` reads. */
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
type Raw = string | number | boolean | null
const { boolean, instant, nullableInstant } = fromDriver

/** The account of a row; null when it is disabled, whatever credential it shows. */
function readAccount(row: unknown[], door: Door) {
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

// SQLite plans a join anew at every run when it can see a bound value, 80 µs instead of 10: hence the literal in each
// join of the policy and the `(select …)` around what is looked for
const onlyPolicy = ({ policy }: Reader['tables']) => sql`${policy.id} = 1`
const wanted = sql`(select ${sql.placeholder('wanted')})`

/** Writes a query once for the tables of a process: every change looks its caller up again. */
function once(write: (db: Reader) => Lookup): (db: Reader) => Lookup {
  const written = new WeakMap<Reader['tables'], Lookup>()
  return (db) => {
    const lookup = written.get(db.tables) ?? write(db)
    written.set(db.tables, lookup)
    return lookup
  }
}

const bySession = once((db) => {
  const { sessions, users, authenticators, policy } = db.tables
  const query = db
    .select({
      sessionId: sessions.id,
      lastAuthenticationAt: sessions.lastAuthenticationAt,
      lastSeenAt: sessions.lastSeenAt,
      expiresAt: sessions.expiresAt,
      ...accountColumns(db.tables),
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .innerJoin(policy, onlyPolicy(db.tables))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(sessions.tokenHash, wanted))
  return { name: 'caller-by-session', sql: query.toSQL().sql }
})

function judgeSession(tokenHash: string, row: unknown[] | undefined, now: number) {
  if (!row) return null
  const [id, lastAuthenticationAt, lastSeenAt, expiresAt, ...rest] = row as [string, Raw, Raw, Raw, ...unknown[]]
  const session = {
    id,
    lastAuthenticationAt: instant(lastAuthenticationAt),
    lastSeenAt: instant(lastSeenAt),
    expiresAt: instant(expiresAt),
  }
  const account = readAccount(rest, 'browser')
  if (!account || isOver(session, account.sessionIdleMinutes, now)) return null
  return { ...account, credential: 'cookie' as const, tokenHash, session }
}

const byKey = once((db) => {
  const { apiKeys, users, authenticators, policy } = db.tables
  const query = db
    .select({
      keyId: apiKeys.id,
      keyCreatedAt: apiKeys.createdAt,
      keyExpiresAt: apiKeys.expiresAt,
      keyLastUsedAt: apiKeys.lastUsedAt,
      ...accountColumns(db.tables),
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .innerJoin(policy, onlyPolicy(db.tables))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(apiKeys.tokenHash, wanted))
  return { name: 'caller-by-key', sql: query.toSQL().sql }
})

function judgeKey(tokenHash: string, row: unknown[] | undefined, now: number) {
  if (!row) return null
  const [id, createdAt, expiresAt, lastUsedAt, ...rest] = row as [string, Raw, Raw, Raw, ...unknown[]]
  const key = {
    id,
    createdAt: instant(createdAt),
    expiresAt: instant(expiresAt),
    lastUsedAt: nullableInstant(lastUsedAt),
  }
  const account = readAccount(rest, 'api')
  if (!account || key.expiresAt <= now) return null
  return { ...account, credential: 'key' as const, tokenHash, key }
}

const byApiPassword = once((db) => {
  const { apiPasswords, users, authenticators, policy } = db.tables
  const query = db
    .select({
      expiresAt: apiPasswords.expiresAt,
      lastUsedAt: apiPasswords.lastUsedAt,
      ...accountColumns(db.tables),
    })
    .from(apiPasswords)
    .innerJoin(users, eq(users.id, apiPasswords.userId))
    .innerJoin(policy, onlyPolicy(db.tables))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(apiPasswords.tokenHash, wanted))
  return { name: 'caller-by-api-password', sql: query.toSQL().sql }
})

function judgeApiPassword(tokenHash: string, row: unknown[] | undefined, now: number) {
  if (!row) return null
  const [expiresAt, lastUsedAt, ...rest] = row as [Raw, Raw, ...unknown[]]
  const account = readAccount(rest, 'api')
  if (!account || instant(expiresAt) <= now) return null
  const apiPassword = { lastUsedAt: nullableInstant(lastUsedAt) }
  return { ...account, credential: 'basic' as const, tokenHash, apiPassword }
}

const byUsername = once((db) => {
  const { users, authenticators, policy } = db.tables
  const query = db
    .select({
      passwordHash: users.passwordHash,
      passwordChangeRequired: users.passwordChangeRequired,
      accountPasswordOnBasic: policy.accountPasswordOnBasic,
      ...accountColumns(db.tables),
    })
    .from(users)
    .innerJoin(policy, onlyPolicy(db.tables))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(users.username, wanted))
  return { name: 'caller-by-username', sql: query.toSQL().sql }
})

/**
 * The account password counts while nothing stronger protects the account, and never one that somebody else chose.
 * Whether it is right is still to be seen.
 */
function judgeAccountPassword(row: unknown[]) {
  const [passwordHash, passwordChangeRequired, onBasic, ...rest] = row as [string | null, Raw, string, ...unknown[]]
  const [userId] = rest as AccountRow
  const account = readAccount(rest, 'api')
  const isEnough = onBasic !== 'never' && account?.twoFactor.status === 'disabled' && !boolean(passwordChangeRequired)
  if (!isEnough || passwordHash === null) return { userId, caller: null }
  return { userId, caller: { ...account, credential: 'basic' as const, tokenHash: null, passwordHash } }
}

/** Finds who shows a credential, by the hash of its token. */
export function prepareCallerLookups(db: Db, now: () => number) {
  const [session, key, apiPassword, username] = [bySession(db), byKey(db), byApiPassword(db), byUsername(db)]
  return {
    session: async (tokenHash: string) => judgeSession(tokenHash, await db.lookup(session, tokenHash), now()),
    key: async (tokenHash: string) => judgeKey(tokenHash, await db.lookup(key, tokenHash), now()),
    apiPassword: async (tokenHash: string) =>
      judgeApiPassword(tokenHash, await db.lookup(apiPassword, tokenHash), now()),
    /** the account of that name, and who shows its password, where that is enough */
    async username(canonical: string) {
      const row = await db.lookup(username, canonical)
      return row ? judgeAccountPassword(row) : null
    },
  }
}
export type CallerLookups = ReturnType<typeof prepareCallerLookups>

/** The same caller inside a transaction: a credential that ended since the request came in changes nothing. */
export async function findAgain<C extends Caller>(tx: Tx, caller: C, now: number): Promise<C | null>
export async function findAgain(tx: Tx, caller: Caller, now: number): Promise<Caller | null> {
  const { credential, tokenHash } = caller
  if (credential === 'cookie') return judgeSession(tokenHash, await tx.lookup(bySession(tx), tokenHash), now)
  if (credential === 'key') return judgeKey(tokenHash, await tx.lookup(byKey(tx), tokenHash), now)
  if (tokenHash !== null) return judgeApiPassword(tokenHash, await tx.lookup(byApiPassword(tx), tokenHash), now)
  const row = await tx.lookup(byUsername(tx), caller.user.username)
  const again = row ? judgeAccountPassword(row).caller : null
  return again?.passwordHash === caller.passwordHash ? again : null
}

/** Moves the idle limit of a session on. At most once a minute, so that reading stays reading. */
export const noteSeen = (db: Db, { session, user }: SessionCaller, now: number) =>
  db.write(async (tx) => {
    const { sessions, users } = tx.tables
    // The person first, as in every other change: a session ended at this moment would otherwise be a deadlock
    await tx.update(users).set({ lastSeenAt: now }).where(eq(users.id, user.id))
    await tx.update(sessions).set({ lastSeenAt: now }).where(eq(sessions.id, session.id))
  })
