import type { Proof } from './step-up.ts'
import type { TwoFactorStatus } from './two-factor-status.ts'

/** What stands between a right password and being signed in, in this order. */
export type SignInStep = 'second-factor' | 'new-password' | 'enrolment'

/**
 * What a half-finished sign-in is asked next. The second factor comes before a new password: whoever gave out the old
 * one must not be able to choose the next.
 * @param proved what was shown so far in this sign-in
 */
export function nextStep(
  account: { twoFactor: TwoFactorStatus; passwordChangeRequired: boolean },
  proved: readonly Proof[],
): SignInStep | 'signed-in' {
  const hasShownFactor = proved.includes('totp') || proved.includes('recovery-code')
  if (account.twoFactor === 'active' && !hasShownFactor) return 'second-factor'
  if (account.passwordChangeRequired) return 'new-password'
  if (account.twoFactor === 'pending') return 'enrolment'
  return 'signed-in'
}
