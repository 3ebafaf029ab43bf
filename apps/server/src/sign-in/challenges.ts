import { randomBytes } from 'node:crypto'
import { TRIES_PER_CHALLENGE } from '@latchkey/auth-core/lockout'
import { formatToken, hashToken, TOKEN_BYTES } from '@latchkey/auth-core/secret-token'
import { CHALLENGE_LIFETIME, MAXIMUM_CHALLENGES } from '@latchkey/auth-core/session-lifetime'
import type { SignInStep } from '@latchkey/auth-core/sign-in-steps'
import type { AuthenticationMethod } from '@latchkey/contract/sessions'
import type { Db, Tx } from '@latchkey/db/db'
import { and, desc, eq, gt, lt, sql } from '@latchkey/db/drizzle'
import type { Tables } from '@latchkey/db/schema'
import { giveCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'

/** Half-finished sign-ins: the password was right, something else is still to come. */

/**
 * Opens one for the next step and hands its cookie to the browser. Beyond five of one account the oldest goes.
 * @param methods what was shown so far
 * @returns a handle that tells it from the others; the cookie cannot be told from it
 */
export async function open(
  tx: Tx,
  exchange: Exchange,
  { userId, step, methods, now }: { userId: string; step: SignInStep; methods: AuthenticationMethod[]; now: number },
): Promise<string> {
  const { signInChallenges } = tx.tables
  const own = await tx
    .select({ tokenHash: signInChallenges.tokenHash })
    .from(signInChallenges)
    .where(eq(signInChallenges.userId, userId))
    .orderBy(desc(signInChallenges.createdAt))
  for (const { tokenHash } of own.slice(MAXIMUM_CHALLENGES - 1))
    await tx.delete(signInChallenges).where(eq(signInChallenges.tokenHash, tokenHash))

  const token = formatToken(randomBytes(TOKEN_BYTES))
  const tokenHash = hashToken(token)
  const expiresAt = now + CHALLENGE_LIFETIME[step]
  await tx.insert(signInChallenges).values({ tokenHash, userId, step, methods, attempts: 0, createdAt: now, expiresAt })
  giveCookie(exchange, 'sign-in', token)
  return tokenHash
}

const isLive = (table: Tables['signInChallenges'], token: string, step: SignInStep, now: number) =>
  and(
    eq(table.tokenHash, hashToken(token)),
    eq(table.step, step),
    lt(table.attempts, TRIES_PER_CHALLENGE),
    gt(table.expiresAt, now),
  )

/** Takes one try of a challenge. @returns whose it is; null when it is over, used up, unknown, or at another step */
export async function takeTry(tx: Tx, token: string | null, step: SignInStep, now: number) {
  if (!token) return null
  const { signInChallenges } = tx.tables
  const [challenge] = await tx
    .update(signInChallenges)
    .set({ attempts: sql`${signInChallenges.attempts} + 1` })
    .where(isLive(signInChallenges, token, step, now))
    .returning()
  return challenge ?? null
}

/** A challenge as it stands, without taking a try. */
export async function find(db: Pick<Db, 'select' | 'tables'>, token: string | null, step: SignInStep, now: number) {
  if (!token) return null
  const { signInChallenges } = db.tables
  const [challenge] = await db
    .select()
    .from(signInChallenges)
    .where(isLive(signInChallenges, token, step, now))
  return challenge ?? null
}

/**
 * Uses a challenge up. It goes with the password, the factor or the account it was opened for, too.
 * @returns whether it was still there: the caller goes on only then
 */
export async function close(tx: Tx, tokenHash: string): Promise<boolean> {
  const { signInChallenges } = tx.tables
  const closed = await tx.delete(signInChallenges).where(eq(signInChallenges.tokenHash, tokenHash)).returning()
  return closed.length === 1
}

/**
 * Keeps a challenge as it is until the end of this transaction. Signing out ends one without waiting for anything else
 * of the account: it comes first, and there is nothing left to hold, or it waits, and finds that somebody is in.
 * @returns whether it is still there: the caller goes on only then
 */
export async function hold(tx: Tx, tokenHash: string): Promise<boolean> {
  const { signInChallenges: table } = tx.tables
  const unchanged = { attempts: sql`${table.attempts}` }
  const held = await tx.update(table).set(unchanged).where(eq(table.tokenHash, tokenHash)).returning()
  return held.length === 1
}
