import { AUTHENTICATOR_DISABLED_AFTER } from '@latchkey/auth-core/lockout'
import { checkTotp, PERIOD_SECONDS, stepAt } from '@latchkey/auth-core/totp'
import { Problem } from '@latchkey/contract/problem'
import type { Tx } from '@latchkey/db/db'
import { and, eq, lt } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { Unreadable } from '../secret-box.ts'
import { place } from './authenticators.ts'
import { type ClockHint, clockHint } from './clock-hint.ts'
import * as recoverySets from './recovery-sets.ts'
import { giveTryBack } from './tries.ts'

/** What a person shows as second factor. */
export type Shown = { code: string } | { recoveryCode: string }

export type SecondFactorVerdict =
  | { ok: true; method: 'totp' }
  | { ok: true; method: 'recovery-code'; left: number }
  | { ok: false; reason: 'wrong' | 'already-used' | 'unreadable'; clock?: ClockHint | undefined }

/**
 * Judges what was shown and uses it up, in the transaction of whatever it opens. Call `tx.lockUser` first.
 * @param failures what `tries.countTry` answered
 * @param explain whether a wrong code may be told which time it belongs to: only to somebody who is signed in
 */
export async function proveSecondFactor(
  tx: Tx,
  deps: Deps,
  given: { userId: string; shown: Shown; failures: number; now: number; explain: boolean },
): Promise<SecondFactorVerdict> {
  const { userId, shown, failures, now } = given
  if ('recoveryCode' in shown) {
    const left = await recoverySets.spend(tx, userId, shown.recoveryCode, now)
    return left === null ? { ok: false, reason: 'wrong' } : { ok: true, method: 'recovery-code', left }
  }
  if (failures > AUTHENTICATOR_DISABLED_AFTER) return { ok: false, reason: 'wrong' }
  return spendTotpStep(tx, deps, { ...given, code: shown.code })
}

async function spendTotpStep(
  tx: Tx,
  { secretBox, log }: Deps,
  { userId, code, now, explain }: { userId: string; code: string; now: number; explain: boolean },
): Promise<SecondFactorVerdict> {
  const { authenticators } = tx.tables
  const [authenticator] = await tx.select().from(authenticators).where(eq(authenticators.userId, userId))
  if (!authenticator) return { ok: false, reason: 'wrong' }
  try {
    const secret = secretBox.open(authenticator.sealedSecret, place(authenticator.id, userId))
    const verdict = checkTotp({ ...authenticator, secret, code, now })
    if (verdict.ok) {
      const [spent] = await tx
        .update(authenticators)
        .set({ lastStep: verdict.step, lastUsedAt: now })
        .where(and(eq(authenticators.id, authenticator.id), lt(authenticators.lastStep, verdict.step)))
        .returning({ id: authenticators.id })
      return spent ? { ok: true, method: 'totp' } : { ok: false, reason: 'already-used' }
    }
    if (verdict.reason === 'already-used' || !explain) return verdict
    const clock = clockHint(secret, code, now)
    // Told today which code is right in two minutes, nobody may use it then
    if (clock && clock.clockOffset > 0) {
      const still = authenticator.earlySteps.filter((step) => step >= stepAt(now))
      const earlySteps = [...still, stepAt(now) + clock.clockOffset / PERIOD_SECONDS]
      await tx.update(authenticators).set({ earlySteps }).where(eq(authenticators.id, authenticator.id))
    }
    return { ...verdict, clock }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    log.error('authenticator.unreadable', { userId })
    await giveTryBack(tx, userId) // no guess was judged
    return { ok: false, reason: 'unreadable' }
  }
}

/** What a wrong code is called outside. That a secret could not be read is nobody's business but the log's. */
export const refusal = ({ reason, clock }: SecondFactorVerdict & { ok: false }, shown: Shown): Problem =>
  new Problem(reason === 'already-used' ? 'code-already-used' : 'wrong-code', {
    pointer: 'recoveryCode' in shown ? '/recoveryCode' : '/code',
    ...clock,
  })

/** Remembers how a second factor was judged, and every recovery code that went. */
export async function recordVerdict(
  tx: Tx,
  {
    event,
    verdict,
    userId,
    actor,
    at,
  }: {
    event: 'sign-in.second-factor' | 'step-up'
    verdict: SecondFactorVerdict
    userId: string
    actor: activity.Actor
    at: number
  },
) {
  const row = { subject: userId, actor, at }
  if (!verdict.ok) {
    await activity.record(tx, { ...row, event, outcome: 'failure', detail: { reason: verdict.reason } })
    if (verdict.reason === 'unreadable')
      await activity.record(tx, { ...row, event: 'two-factor.unreadable', outcome: 'failure' })
    return
  }
  await activity.record(tx, { ...row, event, detail: { method: verdict.method } })
  if (verdict.method === 'recovery-code')
    await activity.record(tx, { ...row, event: 'recovery-code.used', detail: { left: verdict.left } })
}
