import type { TwoFactorFacts } from './two-factor-status.ts'

/** What can be done to the second factor of an account, besides proving a new one. */
export type TwoFactorAction =
  /** the person sets it up at the next sign-in */
  | 'set-up-later'
  /** the person takes that back */
  | 'cancel-set-up'
  /** the secret is dead at once; a new one is set up at the next sign-in */
  | 'reset-secret'
  /** the person turns it off */
  | 'deactivate'
  /** an administrator or the command line takes it away from somebody who lost it */
  | 'reset-for-person'

export type TwoFactorChange =
  | { ok: true; proved: boolean; chosen: boolean }
  | { ok: false; reason: 'wrong-state' | 'required-by-policy' }

const refused = (reason: 'wrong-state' | 'required-by-policy'): TwoFactorChange => ({ ok: false, reason })

/**
 * The table of changes: from which state an action is possible, and what is true afterwards. Where a factor is
 * demanded, a person can replace theirs but not go without; only a reset from outside takes one away, and the account
 * is Pending then.
 */
export function changeTwoFactor(action: TwoFactorAction, { proved, required }: TwoFactorFacts): TwoFactorChange {
  switch (action) {
    case 'set-up-later':
      return proved ? refused('wrong-state') : { ok: true, proved: false, chosen: true }
    case 'cancel-set-up':
      if (proved) return refused('wrong-state')
      return required ? refused('required-by-policy') : { ok: true, proved: false, chosen: false }
    case 'reset-secret':
      return proved ? { ok: true, proved: false, chosen: true } : refused('wrong-state')
    case 'deactivate':
      if (!proved) return refused('wrong-state')
      return required ? refused('required-by-policy') : { ok: true, proved: false, chosen: false }
    case 'reset-for-person':
      return { ok: true, proved: false, chosen: false }
  }
}
