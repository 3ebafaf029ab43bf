/** At most `limit` failures of one kind in a window that begins with the first. */
export type WindowLimit = { limit: number; windowMs: number }

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How far failures in a row may go before they pause, and for how long; how long without one until they are forgotten. */
export type Pause = { every: number; forMs: number; forgetAfterMs?: number }

/** Failures in a row over all challenges, doors and factors, after which an account's second factor pauses. */
export const SECOND_FACTOR_PAUSE: Pause = { every: 10, forMs: 15 * MINUTE }
/**
 * Failed passwords in a row for one account, over all networks, after which browsers it does not know have to wait.
 * Browsers it knows do not, so that nobody can close an account from outside (NIST SP 800-63B section 3.2.2).
 */
export const PASSWORD_PAUSE: Pause = { every: 100, forMs: HOUR, forgetAfterMs: 24 * HOUR }
/** Failures in a row after which the authenticator is refused until a recovery code or an administrator helps. */
export const AUTHENTICATOR_DISABLED_AFTER = 100
/** Tries in one half-finished sign-in or enrolment; then it is over. */
export const TRIES_PER_CHALLENGE = 5

/** What is counted, and how much of it is too much. */
export const limits = {
  /** wrong passwords for one account from one network */
  passwordOfAccount: { limit: 5, windowMs: 15 * MINUTE },
  /** wrong passwords from one network, for whatever account */
  passwordFromNetwork: { limit: 20, windowMs: 15 * MINUTE },
  /** wrong passwords for one account from one browser it knows */
  passwordFromKnownBrowser: { limit: 5, windowMs: 15 * MINUTE },
  /** well-formed API keys, API passwords and download tokens nobody has, from one network */
  tokenFromNetwork: { limit: 100, windowMs: 15 * MINUTE },
  /** warnings about one credential that came in clear: the first is enough */
  inClearOfAccount: { limit: 1, windowMs: 15 * MINUTE },
  /** wrong setup links from one network */
  setupFromNetwork: { limit: 20, windowMs: 15 * MINUTE },
} as const satisfies Record<string, WindowLimit>

/** Whole seconds from now until a moment, at least one: the value of Retry-After (RFC 9110 section 10.2.3). */
export const secondsUntil = (moment: number, now: number): number => Math.max(1, Math.ceil((moment - now) / 1000))
