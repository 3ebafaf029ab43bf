import { isOver } from '@latchkey/auth-core/session-lifetime'
import { type Db, fromDriver, type Lookup, type Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'
import { accountColumns, type Raw, readAccount } from './account-behind.ts'

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
const { boolean, instant, nullableInstant } = fromDriver

// SQLite plans a join anew at every run when it can see a bound value, 80 µs instead of 10: hence the literal in each
// join of the policy and the `(select …)` around what is looked for
const onlyPolicy = ({ policy }: Reader['tables']) => sql`${policy.id} = 1`
const wanted = sql`(select ${sql.placeholder('wanted')})`

type Tables = Reader['tables']
/** Writes a query once for the tables of a process: every change looks its caller up again. */
function once(write: (db: Reader) => Lookup): (db: Reader) => Lookup {
  const written = new WeakMap<Tables, Lookup>()
  return (db) => {
    const lookup = written.get(db.tables) ?? write(db)
    written.set(db.tables, lookup)
    return lookup
  }
}

type TokenTable = Tables['sessions' | 'apiKeys' | 'apiPasswords']

/**
 * Finds who a token belongs to by its hash: the columns named here first, then those of the account. Rows come back as
 * arrays (Db.lookup), so what the columns are is said where the row is read.
 */
function byToken(db: Reader, name: string, table: TokenTable, columns: Record<string, object>): Lookup {
  const { users, authenticators, policy } = db.tables
  const tokens = table as Tables['sessions'] // any of them: what is used here, all of them have
  const query = db
    .select({ ...(columns as Pick<Tables['users'], 'id'>), ...accountColumns(db.tables) })
    .from(tokens)
    .innerJoin(users, eq(users.id, tokens.userId))
    .innerJoin(policy, onlyPolicy(db.tables))
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(tokens.tokenHash, wanted))
  return { name, sql: query.toSQL().sql }
}

const bySession = once((db) => {
  const { sessions } = db.tables
  const { id, lastAuthenticationAt, lastSeenAt, expiresAt } = sessions
  return byToken(db, 'caller-by-session', sessions, {
    sessionId: id,
    lastAuthenticationAt,
    sessionSeenAt: lastSeenAt,
    expiresAt,
  })
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
  const { apiKeys } = db.tables
  const { id: keyId, createdAt: madeAt, expiresAt, lastUsedAt } = apiKeys
  return byToken(db, 'caller-by-key', apiKeys, { keyId, madeAt, expiresAt, lastUsedAt })
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
  const { apiPasswords } = db.tables
  const { expiresAt, lastUsedAt } = apiPasswords
  return byToken(db, 'caller-by-api-password', apiPasswords, { expiresAt, lastUsedAt })
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
  const [userId] = rest as [string]
  const account = readAccount(rest, 'api')
  const isEnough = onBasic !== 'never' && account?.twoFactor.status === 'disabled' && account.user.role !== 'service'
  if (!isEnough || passwordHash === null || boolean(passwordChangeRequired)) return { userId, caller: null }
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
