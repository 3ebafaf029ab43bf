import { limits } from '@latchkey/auth-core/lockout'
import type { Problem } from '@latchkey/contract/problem'
import * as attempts from '../attempts/attempts.ts'
import type { Deps } from '../deps.ts'
import type { Exchange } from '../http/exchange.ts'

/**
 * Well-formed tokens nobody has are counted by network; good ones never are, so that nobody is refused for a
 * neighbour's mistakes. No number of guesses could find one: the limit keeps guessing from costing the database much.
 * @returns what to throw: the refusal, or that there were too many
 */
export async function countWrongToken({ db, now, log }: Deps, { network, id }: Exchange, refusal: Problem) {
  log.warn('credential.refused', { requestId: id, network, code: refusal.code })
  const windows = [{ key: `token-from:${network}`, limit: limits.tokenFromNetwork }]
  const full = await attempts.findFull(db, windows, now())
  return full ?? (await db.write((tx) => attempts.countInWindows(tx, windows, now()))) ?? refusal
}
