import { SECOND_FACTOR_PAUSE } from '@latchkey/auth-core/lockout'
import type { Db, Tx } from '@latchkey/db/db'
import * as attempts from '../attempts/attempts.ts'

const key = (userId: string) => `second-factor:${userId}`

/**
 * Counts a try before the code is looked at, over all doors and factors of the account together.
 * @returns failures in a row, this try included
 * @throws Problem too-many-attempts while the account pauses
 */
export async function countTry(tx: Tx, userId: string, now: number): Promise<number> {
  const counted = await attempts.countInRow(tx, key(userId), SECOND_FACTOR_PAUSE, now)
  if (counted.refusal) throw counted.refusal
  return counted.failures
}

/** A right code outside signing in gives its own try back; a completed sign-in forgets the whole run. */
export const giveTryBack = (tx: Tx, userId: string) => attempts.giveBackInRow(tx, key(userId))
export const forgetTries = (tx: Tx, userId: string) => attempts.forget(tx, [key(userId)])

/** Until when the account pauses; null when it does not. */
export const pausedUntil = (db: Pick<Db, 'select' | 'tables'>, userId: string, now: number) =>
  attempts.pausedUntil(db, key(userId), now)
