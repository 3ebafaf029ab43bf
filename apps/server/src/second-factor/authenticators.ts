import { randomUUID } from 'node:crypto'
import type { Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'
import * as apiPasswords from '../credentials/api-passwords.ts'
import type { SecretBox } from '../secret-box.ts'
import * as candidates from './candidates.ts'
import * as recoverySets from './recovery-sets.ts'
import { forgetTries } from './tries.ts'

/** Where the secret of an authenticator is sealed. */
export const place = (id: string, userId: string) => ({
  table: 'authenticators',
  column: 'sealed_secret',
  row: id,
  user: userId,
})

/**
 * A proved secret takes the place of any earlier one, its first code counted as used. The first one makes an API
 * password void that was made without it.
 */
export async function promote(
  tx: Tx,
  secretBox: SecretBox,
  userId: string,
  { secret, step, drift, at }: { secret: string; step: number; drift: number; at: number },
) {
  const { authenticators, users } = tx.tables
  const id = randomUUID()
  const before = await tx
    .delete(authenticators)
    .where(eq(authenticators.userId, userId))
    .returning({ id: authenticators.id })
  if (before.length === 0) await apiPasswords.revoke(tx, userId)
  await tx.insert(authenticators).values({
    id,
    userId,
    sealedSecret: secretBox.seal(secret, place(id, userId)),
    confirmedAt: at,
    lastUsedAt: at,
    lastStep: step,
    drift,
  })
  const version = sql`${users.version} + 1`
  await tx.update(users).set({ twoFactorPendingSince: null, version }).where(eq(users.id, userId))
}

/** The second factor goes, with everything that stood in for it, was to replace it, or counted its failures. */
export async function remove(tx: Tx, userId: string) {
  await tx.delete(tx.tables.authenticators).where(eq(tx.tables.authenticators.userId, userId))
  await recoverySets.discard(tx, userId)
  await candidates.drop(tx, userId)
  await forgetTries(tx, userId)
}
