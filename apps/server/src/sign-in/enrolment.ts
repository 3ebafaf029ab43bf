import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import * as authenticators from '../second-factor/authenticators.ts'
import * as candidates from '../second-factor/candidates.ts'
import * as recoverySets from '../second-factor/recovery-sets.ts'
import * as sessions from '../sessions/sessions.ts'
import * as challenges from './challenges.ts'
import { enter, expired, readEntrant } from './steps.ts'

/**
 * The last step where a second factor is still to be set up: the secret that was shown under the sign-in form is
 * proved, and only then is anybody signed in. Sessions from before it end.
 */
export async function enrol(deps: Deps, exchange: Exchange, code: string) {
  const { db, now, secretBox } = deps
  const counted = await db.write(async (tx) => {
    const challenge = await challenges.takeTry(tx, readCookie(exchange, 'sign-in'), 'enrolment', now())
    if (!challenge) return null
    return { challenge, candidate: await candidates.takeTry(tx, challenge.userId, challenge.tokenHash, now()) }
  })
  if (!counted) throw expired(exchange)
  const { challenge, candidate } = counted
  if (!candidate) throw new Problem('no-longer-valid') // another window of this person shows a newer one

  const { userId } = challenge
  const outcome = await db.write(async (tx) => {
    await tx.lockUser(userId)
    const at = now()
    const standing = await readEntrant(tx, userId)
    if (standing?.twoFactor !== 'pending' || !(await challenges.hold(tx, challenge.tokenHash))) return 'expired'

    const verdict = await candidates.prove(tx, deps, candidate, { code, now: at })
    if (!verdict.ok) {
      const actor = activity.browserActor(exchange, null)
      await activity.record(tx, { event: 'two-factor.enabled', outcome: 'failure', subject: userId, actor, at })
      return verdict
    }
    await challenges.close(tx, challenge.tokenHash)
    await authenticators.promote(tx, secretBox, userId, { ...verdict, at })
    const { codes, label } = await recoverySets.issue(tx, userId, at)
    await sessions.endAllBut(tx, userId, null)
    const session = await enter(tx, exchange, { standing, methods: [...challenge.methods, 'totp'], at })
    const actor = activity.browserActor(exchange, userId, session.id)
    await activity.record(tx, { event: 'two-factor.enabled', subject: userId, actor, at })
    return { ok: true as const, status: 'signed-in' as const, recoveryCodes: codes, recoverySetId: label }
  })

  if (outcome === 'expired') throw expired(exchange)
  if (outcome.ok) return outcome
  if (outcome.reason === 'gone') throw new Problem('no-longer-valid')
  throw new Problem('wrong-code', { pointer: '/code', ...outcome.clock })
}
