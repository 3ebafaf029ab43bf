import { hashToken } from '@latchkey/auth-core/secret-token'
import { canonical, canonicalEmail } from '@latchkey/auth-core/username'
import { Problem } from '@latchkey/contract/problem'
import { and, eq, isNotNull, or } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { readCookie, takeCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import * as challenges from './challenges.ts'
import { provePassword } from './password-proof.ts'
import { proceed, readEntrant } from './steps.ts'

/**
 * First step: user name (or proved address) and password. An account that does not exist, is disabled, or has no
 * password is refused like a wrong password, in the same words and the same time.
 */
export async function signIn(deps: Deps, exchange: Exchange, body: { username: string; password: string }) {
  const { db, now, hashPool } = deps
  const account = await findAccount(deps, body.username)
  const typed = canonical(body.username)
  const target = { userId: account?.id ?? null, typed, passwordHash: account?.passwordHash ?? null }
  const { isRight, forgive } = await provePassword(deps, exchange, target, body.password)
  const outdated = isRight && hashPool.isOutdated(target.passwordHash as string)
  // A full queue is no reason to turn anybody away: the next sign-in brings the hash up to date
  const newHash = outdated ? await hashPool.hash(body.password).catch(() => null) : null

  const progress = await db.write(async (tx) => {
    const { users } = tx.tables
    const at = now()
    if (account) await tx.lockUser(account.id)
    const standing = account && (await readEntrant(tx, account.id))
    // Inside the transaction: a password changed or an account disabled meanwhile counts; a hash that
    // another sign-in just brought up to date is still of the same password
    const { passwordHash, passwordChangedAt } = standing?.user ?? {}
    const isSamePassword = passwordHash && passwordChangedAt === account?.passwordChangedAt
    if (!(standing && isRight && isSamePassword)) {
      const actor = activity.browserActor(exchange, null)
      const row = { subject: account?.id ?? null, actor, at, detail: { step: 'password' } }
      await activity.record(tx, { ...row, event: 'sign-in', outcome: 'failure' })
      return null
    }
    await forgive(tx)
    if (newHash) await tx.update(users).set({ passwordHash: newHash }).where(eq(users.id, standing.user.id))
    return proceed(tx, deps, exchange, { standing, methods: ['password'], at })
  })

  if (!progress) throw new Problem('wrong-credentials')
  return progress
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
        // a proof given at this very moment renews the token: who signs out does not have to know
        .where(or(eq(table.tokenHash, hashToken(token)), eq(table.previousTokenHash, hashToken(token))))
        .returning()
      if (!ended) return
      const actor = activity.browserActor(exchange, ended.userId, ended.id)
      await activity.record(tx, { event: 'sign-out', subject: ended.userId, actor, at: now() })
    })
  takeCookie(exchange, 'session')
  takeCookie(exchange, 'sign-in')
  exchange.extraHeaders = { 'Clear-Site-Data': '"cache", "cookies", "storage"' }
}
