import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { proveSecondFactor, recordVerdict, refusal, type Shown } from '../second-factor/proof.ts'
import * as tries from '../second-factor/tries.ts'
import * as challenges from './challenges.ts'
import { expired, proceed, readEntrant } from './steps.ts'

/** Second step: a code or a recovery code, under the cookie of the first. */
export async function showSecondFactor(deps: Deps, exchange: Exchange, shown: Shown) {
  const { db, now } = deps
  const counted = await db.write(async (tx) => {
    const challenge = await challenges.takeTry(tx, readCookie(exchange, 'sign-in'), 'second-factor', now())
    return challenge && { ...challenge, failures: await tries.countTry(tx, challenge.userId, now()) }
  })
  if (!counted) throw expired(exchange)

  const { userId, failures, tokenHash } = counted
  const outcome = await db.write(async (tx) => {
    await tx.lockUser(userId)
    const at = now()
    const standing = await readEntrant(tx, userId)
    if (!standing || !(await challenges.hold(tx, tokenHash))) return 'expired' as const

    const verdict = await proveSecondFactor(tx, deps, { userId, shown, failures, now: at, explain: false })
    const actor = activity.browserActor(exchange, verdict.ok ? userId : null)
    await recordVerdict(tx, { event: 'sign-in.second-factor', verdict, userId, actor, at })
    if (!verdict.ok) return verdict

    await challenges.close(tx, tokenHash)
    await tries.forgetTries(tx, userId)
    const methods = [...counted.methods, verdict.method]
    const progress = await proceed(tx, deps, exchange, { standing, methods, at })
    return { ...verdict, progress }
  })

  if (outcome === 'expired') throw expired(exchange)
  if (!outcome.ok) throw refusal(outcome, shown)
  return outcome.method === 'recovery-code'
    ? { ...outcome.progress, recoveryCodesLeft: outcome.left }
    : outcome.progress
}
