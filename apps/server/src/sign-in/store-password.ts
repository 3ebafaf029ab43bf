import type { Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'
import * as knownBrowsers from '../sessions/known-browsers.ts'
import * as sessions from '../sessions/sessions.ts'

/**
 * Puts another password in place, whoever chose it. With the old one go every session but one, every half-finished
 * sign-in, and every browser that was known.
 * @param isTemporary somebody else chose it: the person chooses their own at the next sign-in
 * @param keptSessionId the session in which it was changed; null when none goes on
 * @returns how many sessions ended
 */
export async function storePassword(
  tx: Tx,
  userId: string,
  given: { passwordHash: string; isTemporary: boolean; keptSessionId: string | null; at: number },
): Promise<number> {
  const { users } = tx.tables
  const { passwordHash, isTemporary: passwordChangeRequired, at: passwordChangedAt } = given
  const version = sql`${users.version} + 1`
  await tx
    .update(users)
    .set({ passwordHash, passwordChangedAt, passwordChangeRequired, version })
    .where(eq(users.id, userId))
  await knownBrowsers.forgetAll(tx, userId)
  return sessions.endAllBut(tx, userId, given.keptSessionId)
}
