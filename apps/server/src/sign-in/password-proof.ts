import { limits } from '@latchkey/auth-core/lockout'
import type { Tx } from '@latchkey/db/db'
import * as attempts from '../attempts/attempts.ts'
import type { Deps } from '../deps.ts'
import type { Exchange } from '../http/exchange.ts'

/** Who a password is tried for: the account's id, or what was typed where there is no such account. */
type Target = { key: string; passwordHash: string | null }

const accountKey = (target: Target, { network }: Exchange) => `password:${target.key}:${network}`
const networkKey = ({ network }: Exchange) => `password-from:${network}`

/**
 * Checks a password under the sign-in limits. Every door that takes the account password comes through here, so one
 * budget covers them all. The same work is done whether the account exists or not.
 * @returns whether it is right; call `forgive` in the transaction that uses the answer
 * @throws Problem too-many-attempts, busy
 */
export async function provePassword(
  { db, now, hashPool }: Deps,
  exchange: Exchange,
  target: Target,
  password: string,
): Promise<boolean> {
  const windows = [
    { key: accountKey(target, exchange), limit: limits.passwordOfAccount },
    { key: networkKey(exchange), limit: limits.passwordFromNetwork },
  ]
  // Whoever has no tries left does not stand in the queue either
  const full = await attempts.findFull(db, windows, now())
  if (full) throw full
  // Counted when the hash is about to run and not before: a hundred people of one office who sign in at nine wait in
  // the queue, where nobody has failed yet
  return hashPool.verify(password, target.passwordHash, async () => {
    const refusal = await db.write((tx) => attempts.countInWindows(tx, windows, now()))
    if (refusal) throw refusal
  })
}

/** After a right password: the account's failures from this network are forgotten, the network gets its try back. */
export async function forgive(tx: Tx, exchange: Exchange, target: Target) {
  await attempts.forget(tx, accountKey(target, exchange))
  await attempts.giveBack(tx, networkKey(exchange))
}

/** Forgets every failure that was counted for an account, from wherever it came. */
export const forgetPasswordTries = (tx: Tx, userId: string) => attempts.forgetAll(tx, `password:${userId}:`)
