import { AUTHENTICATOR_DISABLED_AFTER } from '@latchkey/auth-core/lockout'
import { hashRecoveryCode } from '@latchkey/auth-core/recovery-codes'
import { checkTotp } from '@latchkey/auth-core/totp'
import { Problem } from '@latchkey/contract/problem'
import type { Tx } from '@latchkey/db/db'
import { and, count, eq, inArray, isNotNull, isNull, lt } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import * as attempts from '../attempts/attempts.ts'
import type { Deps } from '../deps.ts'
import { Unreadable } from '../secret-box.ts'

/** What a person shows as second factor. */
export type Shown = { code: string } | { recoveryCode: string }

export type SecondFactorVerdict =
  | { ok: true; method: 'totp' }
  | { ok: true; method: 'recovery-code'; left: number }
  | { ok: false; reason: 'wrong' | 'already-used' | 'unreadable' }

const key = (userId: string) => `second-factor:${userId}`

/**
 * Counts a try before the code is looked at, over all doors and factors of the account together.
 * @returns failures in a row, this try included; @throws Problem too-many-attempts while the account pauses
 */
export const countTry = (tx: Tx, userId: string, now: number) => attempts.countInRow(tx, key(userId), now)

/** A right code outside signing in gives its own try back; a completed sign-in forgets the whole run. */
export const giveTryBack = (tx: Tx, userId: string) => attempts.giveBackInRow(tx, key(userId))
export const forgetTries = (tx: Tx, userId: string) => attempts.forget(tx, key(userId))

/**
 * Judges what was shown and uses it up, in the transaction of whatever it opens. Call `tx.lockUser` first.
 * @param failures what `countTry` answered
 */
export async function proveSecondFactor(
  tx: Tx,
  deps: Deps,
  { userId, shown, failures, now }: { userId: string; shown: Shown; failures: number; now: number },
): Promise<SecondFactorVerdict> {
  if ('recoveryCode' in shown) return spendRecoveryCode(tx, userId, shown.recoveryCode, now)
  if (failures > AUTHENTICATOR_DISABLED_AFTER) return { ok: false, reason: 'wrong' }
  return spendTotpStep(tx, deps, userId, shown.code, now)
}

async function spendTotpStep(
  tx: Tx,
  { secretBox, log }: Deps,
  userId: string,
  code: string,
  now: number,
): Promise<SecondFactorVerdict> {
  const { authenticators } = tx.tables
  const [authenticator] = await tx.select().from(authenticators).where(eq(authenticators.userId, userId))
  if (!authenticator) return { ok: false, reason: 'wrong' }
  const place = { table: 'authenticators', column: 'sealed_secret', row: authenticator.id, user: userId }
  try {
    const secret = secretBox.open(authenticator.sealedSecret, place)
    const verdict = checkTotp({ ...authenticator, secret, code, now })
    if (!verdict.ok) return verdict
    const [spent] = await tx
      .update(authenticators)
      .set({ lastStep: verdict.step, lastUsedAt: now })
      .where(and(eq(authenticators.id, authenticator.id), lt(authenticators.lastStep, verdict.step)))
      .returning({ id: authenticators.id })
    return spent ? { ok: true, method: 'totp' } : { ok: false, reason: 'already-used' }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    log.error('authenticator.unreadable', { userId })
    await giveTryBack(tx, userId) // no guess was judged
    return { ok: false, reason: 'unreadable' }
  }
}

async function spendRecoveryCode(tx: Tx, userId: string, typed: string, now: number): Promise<SecondFactorVerdict> {
  const { recoveryCodes, recoverySets } = tx.tables
  const liveSet = tx
    .select({ id: recoverySets.id })
    .from(recoverySets)
    .where(and(eq(recoverySets.userId, userId), isNotNull(recoverySets.confirmedAt)))
  const unused = and(inArray(recoveryCodes.setId, liveSet), isNull(recoveryCodes.usedAt))
  const [spent] = await tx
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(and(eq(recoveryCodes.codeHash, hashRecoveryCode(typed)), unused))
    .returning({ setId: recoveryCodes.setId })
  if (!spent) return { ok: false, reason: 'wrong' }
  const [rest] = await tx.select({ left: count() }).from(recoveryCodes).where(unused)
  return { ok: true, method: 'recovery-code', left: rest?.left ?? 0 }
}

/** What a wrong code is called outside. That a secret could not be read is nobody's business but the log's. */
export const refusal = ({ reason }: SecondFactorVerdict & { ok: false }, shown: Shown): Problem =>
  new Problem(reason === 'already-used' ? 'code-already-used' : 'wrong-code', {
    pointer: 'recoveryCode' in shown ? '/recoveryCode' : '/code',
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
