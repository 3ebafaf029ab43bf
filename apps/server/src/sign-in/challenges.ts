import { randomBytes } from 'node:crypto'
import { TRIES_PER_CHALLENGE } from '@latchkey/auth-core/lockout'
import { formatToken, hashToken, TOKEN_BYTES } from '@latchkey/auth-core/secret-token'
import { CHALLENGE_LIFETIME, MAXIMUM_CHALLENGES } from '@latchkey/auth-core/session-lifetime'
import type { Tx } from '@latchkey/db/db'
import { and, desc, eq, gt, lt, sql } from '@latchkey/db/drizzle'
import { giveCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'

/** Half-finished sign-ins: the password was right, the second factor is still to come. */

/** Opens one and hands its cookie to the browser. Beyond five of one account the oldest goes. */
export async function open(tx: Tx, exchange: Exchange, userId: string, now: number) {
  const { signInChallenges } = tx.tables
  const own = await tx
    .select({ tokenHash: signInChallenges.tokenHash })
    .from(signInChallenges)
    .where(eq(signInChallenges.userId, userId))
    .orderBy(desc(signInChallenges.createdAt))
  for (const { tokenHash } of own.slice(MAXIMUM_CHALLENGES - 1))
    await tx.delete(signInChallenges).where(eq(signInChallenges.tokenHash, tokenHash))

  const token = formatToken(randomBytes(TOKEN_BYTES))
  const expiresAt = now + CHALLENGE_LIFETIME
  await tx
    .insert(signInChallenges)
    .values({ tokenHash: hashToken(token), userId, attempts: 0, createdAt: now, expiresAt })
  giveCookie(exchange, 'sign-in', token)
}

/** Takes one try of a challenge. @returns whose it is; null when it is over, used up or unknown */
export async function takeTry(tx: Tx, token: string | null, now: number) {
  if (!token) return null
  const { signInChallenges } = tx.tables
  const [challenge] = await tx
    .update(signInChallenges)
    .set({ attempts: sql`${signInChallenges.attempts} + 1` })
    .where(
      and(
        eq(signInChallenges.tokenHash, hashToken(token)),
        lt(signInChallenges.attempts, TRIES_PER_CHALLENGE),
        gt(signInChallenges.expiresAt, now),
      ),
    )
    .returning()
  return challenge ?? null
}

/** Whether a challenge is still there: it goes with the password, the factor or the account it was opened for. */
export async function isOpen(tx: Tx, tokenHash: string): Promise<boolean> {
  const { signInChallenges } = tx.tables
  return (await tx.select().from(signInChallenges).where(eq(signInChallenges.tokenHash, tokenHash))).length === 1
}

/** Uses a challenge up. */
export async function close(tx: Tx, tokenHash: string) {
  await tx.delete(tx.tables.signInChallenges).where(eq(tx.tables.signInChallenges.tokenHash, tokenHash))
}
