import { randomBytes } from 'node:crypto'
import { formatToken, hashToken, TOKEN_BYTES } from '@latchkey/auth-core/secret-token'
import { KNOWN_BROWSER_LIFETIME, MAXIMUM_KNOWN_BROWSERS } from '@latchkey/auth-core/session-lifetime'
import type { Db, Tx } from '@latchkey/db/db'
import { and, desc, eq, gt } from '@latchkey/db/drizzle'
import { leaveCookie, readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'

/**
 * Browsers in which a person signed in before. Their cookie opens nothing and proves nothing: it only keeps the
 * failures of strangers from closing the door to the person.
 */

/** Bound to the account: what one account knows says nothing to another. */
const rowOf = (token: string, userId: string) => hashToken(`${token} ${userId}`)

/** What a known browser is called, for counting; null when this account does not know it. */
export async function recognise(
  db: Pick<Db, 'select' | 'tables'>,
  exchange: Exchange,
  userId: string,
  now: number,
): Promise<string | null> {
  const token = readCookie(exchange, 'browser')
  if (!token) return null
  const { knownBrowsers } = db.tables
  const [known] = await db
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .where(and(eq(knownBrowsers.tokenHash, rowOf(token, userId)), gt(knownBrowsers.expiresAt, now)))
  return known?.tokenHash ?? null
}

/** After signing in: this browser is known from now on. Beyond twenty the one not used for longest is forgotten. */
export async function remember(tx: Tx, exchange: Exchange, userId: string, now: number) {
  const { knownBrowsers } = tx.tables
  // A value this account does not know is never taken over: somebody may have planted it
  const own = (await recognise(tx, exchange, userId, now)) && readCookie(exchange, 'browser')
  const token = own || formatToken(randomBytes(TOKEN_BYTES))
  const tokenHash = rowOf(token, userId)
  const times = { lastUsedAt: now, expiresAt: now + KNOWN_BROWSER_LIFETIME }
  await tx
    .insert(knownBrowsers)
    .values({ tokenHash, userId, createdAt: now, ...times })
    .onConflictDoUpdate({ target: knownBrowsers.tokenHash, set: times })
  leaveCookie(exchange, 'browser', token, KNOWN_BROWSER_LIFETIME)

  const all = await tx
    .select({ tokenHash: knownBrowsers.tokenHash })
    .from(knownBrowsers)
    .where(eq(knownBrowsers.userId, userId))
    .orderBy(desc(knownBrowsers.lastUsedAt))
  for (const { tokenHash } of all.slice(MAXIMUM_KNOWN_BROWSERS))
    await tx.delete(knownBrowsers).where(eq(knownBrowsers.tokenHash, tokenHash))
}

/** With a new password every browser is a stranger again: one of them may be why it was changed. */
export async function forgetAll(tx: Tx, userId: string) {
  await tx.delete(tx.tables.knownBrowsers).where(eq(tx.tables.knownBrowsers.userId, userId))
}
