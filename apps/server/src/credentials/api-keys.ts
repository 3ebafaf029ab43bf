import { randomBytes, randomUUID } from 'node:crypto'
import {
  API_CREDENTIAL_BYTES,
  API_CREDENTIAL_LIFETIME,
  formatApiCredential,
  hashApiCredential,
  hintOf,
} from '@latchkey/auth-core/api-credential'
import { SEEN_RESOLUTION } from '@latchkey/auth-core/session-lifetime'
import type { Db, Tx } from '@latchkey/db/db'
import { and, eq, isNotNull, isNull } from '@latchkey/db/drizzle'
import type { Deps } from '../deps.ts'
import { readPolicy } from '../installation/installation.ts'
import type { SecretBox } from '../secret-box.ts'

/** The rows of API keys: one in use a person, and the one before while it retires. */

type Reader = Pick<Db, 'select' | 'tables'>

/** Where the key itself is sealed, if it is. */
export const place = (id: string, userId: string) => ({
  table: 'api_keys',
  column: 'sealed_value',
  row: id,
  user: userId,
})

export async function findInUse(db: Reader, userId: string) {
  const { apiKeys } = db.tables
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isNull(apiKeys.replacedAt)))
  return row ?? null
}

export async function findRetiring(db: Reader, userId: string, now: number) {
  const { apiKeys } = db.tables
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), isNotNull(apiKeys.replacedAt)))
  return row && row.expiresAt > now ? row : null
}

/**
 * Puts a new key in place of the one in use. Call `tx.lockUser` first.
 * @param secretBox null for somebody who has no page to copy it from: then it is never kept
 * @param overlap milliseconds for which the one before goes on working; one that was retiring already ends now
 * @returns the key, to be shown this once
 */
export async function replace(
  tx: Tx,
  secretBox: SecretBox | null,
  userId: string,
  { overlap, at }: { overlap: number; at: number },
): Promise<string> {
  const { apiKeys } = tx.tables
  await tx.holdPolicy() // before any key, as a change of policy does
  const inUse = await findInUse(tx, userId)
  await tx.delete(apiKeys).where(and(eq(apiKeys.userId, userId), isNotNull(apiKeys.replacedAt)))
  if (inUse && overlap > 0) {
    const expiresAt = Math.min(inUse.expiresAt, at + overlap)
    await tx.update(apiKeys).set({ replacedAt: at, expiresAt, sealedValue: null }).where(eq(apiKeys.id, inUse.id))
  } else if (inUse) await tx.delete(apiKeys).where(eq(apiKeys.id, inUse.id))

  const id = randomUUID()
  const value = formatApiCredential('api-key', randomBytes(API_CREDENTIAL_BYTES))
  const { apiKeyVisibility } = await readPolicy(tx)
  await tx.insert(apiKeys).values({
    id,
    userId,
    tokenHash: hashApiCredential(value),
    hint: hintOf(value),
    sealedValue: apiKeyVisibility === 'copyable' ? (secretBox?.seal(value, place(id, userId)) ?? null) : null,
    createdAt: at,
    expiresAt: at + API_CREDENTIAL_LIFETIME,
  })
  return value
}

/** @returns whether there was one */
export async function revoke(tx: Tx, userId: string): Promise<boolean> {
  const { apiKeys } = tx.tables
  return (await tx.delete(apiKeys).where(eq(apiKeys.userId, userId)).returning({ id: apiKeys.id })).length > 0
}

/** Forgets the keys themselves: from now on none can be shown again. */
export const forgetValues = async (tx: Tx) => {
  await tx.update(tx.tables.apiKeys).set({ sealedValue: null })
}

/**
 * Remembers when a key was used, from where and by what; at most once a minute.
 * @param by asked only then
 */
export async function noteUsed(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  key: { id: string; lastUsedAt: number | null },
  by: () => { address: string; client: string | null },
) {
  const at = now()
  if (key.lastUsedAt !== null && at - key.lastUsedAt <= SEEN_RESOLUTION) return
  const { address, client } = by()
  const used = { lastUsedAt: at, lastUsedAddress: address, lastUsedClient: client }
  await db.write((tx) => tx.update(tx.tables.apiKeys).set(used).where(eq(tx.tables.apiKeys.id, key.id)))
}
