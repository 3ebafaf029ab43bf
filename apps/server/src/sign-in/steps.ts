import { nextStep, type SignInStep } from '@latchkey/auth-core/sign-in-steps'
import { PROOF_LIFETIME } from '@latchkey/auth-core/step-up'
import { Problem } from '@latchkey/contract/problem'
import type { AuthenticationMethod } from '@latchkey/contract/sessions'
import type { SignInProgress } from '@latchkey/contract/sign-in'
import type { StepUpPurpose } from '@latchkey/contract/step-up'
import type { Db, Tx } from '@latchkey/db/db'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { takeCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import * as candidates from '../second-factor/candidates.ts'
import { readStanding, type Standing } from '../second-factor/standing.ts'
import * as sessions from '../sessions/sessions.ts'
import * as challenges from './challenges.ts'

/** The account behind a half-finished sign-in, or null when nobody may come in there any more. */
export async function readEntrant(db: Pick<Db, 'select' | 'tables'>, userId: string): Promise<Standing | null> {
  const standing = await readStanding(db, userId)
  return standing?.user.enabled && standing.user.role !== 'service' ? standing : null
}

/**
 * Goes on after something was proved: to the next step, with a cookie of its own, or to a session. Every step of
 * signing in ends here, in the transaction that used its proof up.
 * @param methods everything shown in this sign-in
 */
export async function proceed(
  tx: Tx,
  deps: Deps,
  exchange: Exchange,
  { standing, methods, at }: { standing: Standing; methods: AuthenticationMethod[]; at: number },
): Promise<SignInProgress> {
  const { user, twoFactor } = standing
  const { passwordChangeRequired } = user
  const step = nextStep({ twoFactor, passwordChangeRequired }, methods)
  const open = (step: SignInStep) => challenges.open(tx, exchange, { userId: user.id, step, methods, now: at })
  switch (step) {
    case 'signed-in':
      await enter(tx, exchange, { standing, methods, at })
      return { status: 'signed-in' }
    case 'second-factor':
      await open(step)
      return { status: 'second-factor-required', methods: ['totp', 'recovery-code'] }
    case 'new-password':
      await open(step)
      return { status: 'password-change-required' }
    case 'enrolment':
      return {
        status: 'enrolment-required',
        ...(await candidates.begin(tx, deps, { user, holder: await open(step), now: at, replaces: false })),
      }
  }
}

/**
 * What somebody who came in with a recovery code may do without another proof: make new codes. It may have been the
 * last one, and the phone may be lost.
 */
const afterRecoveryCode = (at: number) => ({
  purpose: 'recovery-codes.renew' satisfies StepUpPurpose,
  expiresAt: at + PROOF_LIFETIME,
})

/** The session at the end of all steps. */
export async function enter(
  tx: Tx,
  exchange: Exchange,
  { standing, methods, at }: { standing: Standing; methods: AuthenticationMethod[]; at: number },
) {
  const { user, rules } = standing
  const grant = methods.includes('recovery-code') ? afterRecoveryCode(at) : undefined
  const session = await sessions.begin(tx, exchange, { userId: user.id, methods, rules, now: at, grant })
  const actor = activity.browserActor(exchange, user.id, session.id)
  await activity.record(tx, { event: 'sign-in', subject: user.id, actor, at, detail: { methods: methods.join(' ') } })
  return session
}

/** The half-finished sign-in is over: too late, too many tries, or what it was opened for has changed. */
export const expired = (exchange: Exchange) => {
  takeCookie(exchange, 'sign-in')
  return new Problem('sign-in-expired')
}
