import { randomBytes } from 'node:crypto'
import {
  API_CREDENTIAL_BYTES,
  API_CREDENTIAL_LIFETIME,
  formatApiCredential,
  hashApiCredential,
} from '@latchkey/auth-core/api-credential'
import { SEEN_RESOLUTION } from '@latchkey/auth-core/session-lifetime'
import type { Db, Tx } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'
import type { Deps } from '../deps.ts'

/** The rows of API passwords: one a person, for HTTP Basic. */

export async function find(db: Pick<Db, 'select' | 'tables'>, userId: string) {
  const { apiPasswords } = db.tables
  const [row] = await db.select().from(apiPasswords).where(eq(apiPasswords.userId, userId))
  return row ?? null
}

/** Puts a new one in place of the one before. Call `tx.lockUser` first. @returns it, to be shown this once */
export async function replace(tx: Tx, userId: string, at: number): Promise<string> {
  await revoke(tx, userId)
  const value = formatApiCredential('api-password', randomBytes(API_CREDENTIAL_BYTES))
  const tokenHash = hashApiCredential(value)
  const expiresAt = at + API_CREDENTIAL_LIFETIME
  await tx.insert(tx.tables.apiPasswords).values({ userId, tokenHash, createdAt: at, expiresAt })
  return value
}

/**
 * Also when a second factor comes or is reset: one that was made without it, or with what it was before, must not
 * open what the new one protects.
 * @returns whether there was one
 */
export async function revoke(tx: Tx, userId: string): Promise<boolean> {
  const { apiPasswords } = tx.tables
  const gone = await tx.delete(apiPasswords).where(eq(apiPasswords.userId, userId)).returning()
  return gone.length > 0
}

/** Remembers when it was used; at most once a minute. */
export async function noteUsed(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  { tokenHash, apiPassword: { lastUsedAt } }: { tokenHash: string; apiPassword: { lastUsedAt: number | null } },
) {
  const at = now()
  if (lastUsedAt !== null && at - lastUsedAt <= SEEN_RESOLUTION) return
  const { apiPasswords } = db.tables
  await db.write((tx) => tx.update(apiPasswords).set({ lastUsedAt: at }).where(eq(apiPasswords.tokenHash, tokenHash)))
}
