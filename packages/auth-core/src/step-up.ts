/** How long a proof on a session stays good, in milliseconds. */
export const PROOF_LIFETIME = 5 * 60_000

/** Whether the last proof on this session still counts. */
export const isFresh = (provedAt: number, now: number): boolean => now - provedAt <= PROOF_LIFETIME

export type Proof = 'password' | 'totp' | 'recovery-code'

/** What an account must show: the strongest it has. A recovery code stands in for the second factor, never for less. */
export const acceptedProofs = (account: { hasSecondFactor: boolean }): readonly Proof[] =>
  account.hasSecondFactor ? ['totp', 'recovery-code'] : ['password']
