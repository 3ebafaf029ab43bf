export type TwoFactorStatus = 'disabled' | 'pending' | 'active'

export type TwoFactorFacts = {
  /** a proved authenticator is there */
  proved: boolean
  /** the person chose to set it up at the next sign-in */
  chosen: boolean
  /** policy or an administrator demands a factor of this person */
  required: boolean
}

/** The one word every page shows. Only a proved authenticator protects; a demand or a wish makes it pending. */
export const twoFactorStatus = ({ proved, chosen, required }: TwoFactorFacts): TwoFactorStatus =>
  proved ? 'active' : chosen || required ? 'pending' : 'disabled'

/** Whether this person must have a second factor. A service cannot sign in, so nothing is asked of it. */
export const isRequired = (
  policy: 'nobody' | 'administrators' | 'everyone',
  person: { role: string; requireTwoFactor: boolean },
): boolean =>
  person.role !== 'service' &&
  (person.requireTwoFactor || policy === 'everyone' || (policy === 'administrators' && person.role === 'administrator'))
