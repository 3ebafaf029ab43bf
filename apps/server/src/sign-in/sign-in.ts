import { hashToken } from '@latchkey/auth-core/secret-token'
import { canonical, canonicalEmail } from '@latchkey/auth-core/username'
import { Problem } from '@latchkey/contract/problem'
import type { Tx } from '@latchkey/db/db'
import { and, eq, isNotNull, or } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { readCookie, takeCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import * as sessions from '../sessions/sessions.ts'
import * as challenges from './challenges.ts'
import { forgive, provePassword } from './password-proof.ts'
import * as secondFactor from './second-factor-proof.ts'

/**
 * First step: user name (or proved address) and password. An account that does not exist, is disabled, or has no
 * password is refused like a wrong password, in the same words and the same time.
 */
export async function signIn(deps: Deps, exchange: Exchange, body: { username: string; password: string }) {
  const { db, now, hashPool } = deps
  const account = await findAccount(deps, body.username)
  const target = { key: account?.id ?? canonical(body.username), passwordHash: account?.passwordHash ?? null }
  const isRight = await provePassword(deps, exchange, target, body.password)
  const outdated = isRight && hashPool.isOutdated(target.passwordHash as string)
  // A full queue is no reason to turn anybody away: the next sign-in brings the hash up to date
  const newHash = outdated ? await hashPool.hash(body.password).catch(() => null) : null

  const status = await db.write(async (tx) => {
    const { users } = tx.tables
    const at = now()
    if (account) await tx.lockUser(account.id)
    const user = account && (await readAnew(tx, account.id))
    // Inside the transaction: a password changed or an account disabled meanwhile counts; a hash that
    // another sign-in just brought up to date is still of the same password
    const isSamePassword = user?.passwordHash && user.passwordChangedAt === account?.passwordChangedAt
    const mayEnter = isRight && isSamePassword && user.enabled && user.role !== 'service'
    if (!mayEnter) {
      const actor = activity.browserActor(exchange, null)
      const detail = { step: 'password' }
      await activity.record(tx, {
        event: 'sign-in',
        outcome: 'failure',
        subject: account?.id ?? null,
        actor,
        at,
        detail,
      })
      return 'refused' as const
    }
    await forgive(tx, exchange, target)
    if (newHash) await tx.update(users).set({ passwordHash: newHash }).where(eq(users.id, user.id))

    if (user.authenticatorId) {
      await challenges.open(tx, exchange, user.id, at)
      return 'second-factor-required' as const
    }
    const session = await sessions.begin(tx, exchange, { userId: user.id, methods: ['password'], now: at })
    const actor = activity.browserActor(exchange, user.id, session.id)
    await activity.record(tx, { event: 'sign-in', subject: user.id, actor, at, detail: { methods: 'password' } })
    return 'signed-in' as const
  })

  if (status === 'refused') throw new Problem('wrong-credentials')
  if (status === 'signed-in') return { status }
  return { status, methods: ['totp' as const, 'recovery-code' as const] }
}

/** The account as it is now, with what decides whether and how far somebody gets in. */
async function readAnew(tx: Tx, userId: string) {
  const { users, authenticators } = tx.tables
  const { id, enabled, role, passwordHash, passwordChangedAt } = users
  const [user] = await tx
    .select({ id, enabled, role, passwordHash, passwordChangedAt, authenticatorId: authenticators.id })
    .from(users)
    .leftJoin(authenticators, eq(authenticators.userId, users.id))
    .where(eq(users.id, userId))
  return user
}

async function findAccount({ db }: Deps, typed: string) {
  const { users } = db.tables
  const byEmail = and(eq(users.emailKey, canonicalEmail(typed)), isNotNull(users.emailVerifiedAt))
  const [account] = await db
    .select({ id: users.id, passwordHash: users.passwordHash, passwordChangedAt: users.passwordChangedAt })
    .from(users)
    .where(or(eq(users.username, canonical(typed)), byEmail))
  return account
}

/** Second step: a code or a recovery code, under the cookie of the first. */
export async function showSecondFactor(deps: Deps, exchange: Exchange, shown: secondFactor.Shown) {
  const { db, now } = deps
  const counted = await db.write(async (tx) => {
    const challenge = await challenges.takeTry(tx, readCookie(exchange, 'sign-in'), now())
    return challenge && { ...challenge, failures: await secondFactor.countTry(tx, challenge.userId, now()) }
  })
  if (!counted) throw expired(exchange)

  const { userId, failures, tokenHash } = counted
  const outcome = await db.write(async (tx) => {
    await tx.lockUser(userId)
    const at = now()
    const [user] = await tx.select().from(tx.tables.users).where(eq(tx.tables.users.id, userId))
    if (!user?.enabled || !(await challenges.isOpen(tx, tokenHash))) return 'expired' as const

    const verdict = await secondFactor.proveSecondFactor(tx, deps, { userId, shown, failures, now: at })
    if (!verdict.ok) {
      const actor = activity.browserActor(exchange, null)
      await secondFactor.recordVerdict(tx, { event: 'sign-in.second-factor', verdict, userId, actor, at })
      return verdict
    }
    await challenges.close(tx, tokenHash)
    await secondFactor.forgetTries(tx, userId)
    const session = await sessions.begin(tx, exchange, { userId, methods: ['password', verdict.method], now: at })
    const actor = activity.browserActor(exchange, userId, session.id)
    await secondFactor.recordVerdict(tx, { event: 'sign-in.second-factor', verdict, userId, actor, at })
    const detail = { methods: `password ${verdict.method}` }
    await activity.record(tx, { event: 'sign-in', subject: userId, actor, at, detail })
    return verdict
  })

  if (outcome === 'expired') throw expired(exchange)
  if (!outcome.ok) throw secondFactor.refusal(outcome, shown)
  return {
    status: 'signed-in' as const,
    ...(outcome.method === 'recovery-code' && { recoveryCodesLeft: outcome.left }),
  }
}

const expired = (exchange: Exchange) => {
  takeCookie(exchange, 'sign-in')
  return new Problem('sign-in-expired')
}

/** Ends the session of this browser and anything half-finished; there may be none. */
export async function signOut({ db, now }: Deps, exchange: Exchange) {
  const token = readCookie(exchange, 'session')
  const half = readCookie(exchange, 'sign-in')
  if (token || half)
    await db.write(async (tx) => {
      const { sessions: table } = tx.tables
      if (half) await challenges.close(tx, hashToken(half))
      if (!token) return
      const [ended] = await tx
        .delete(table)
        .where(eq(table.tokenHash, hashToken(token)))
        .returning()
      if (!ended) return
      const actor = activity.browserActor(exchange, ended.userId, ended.id)
      await activity.record(tx, { event: 'sign-out', subject: ended.userId, actor, at: now() })
    })
  takeCookie(exchange, 'session')
  takeCookie(exchange, 'sign-in')
  exchange.extraHeaders = { 'Clear-Site-Data': '"cache", "cookies", "storage"' }
}
