/** Sessions one person may have; beyond it the one idle for longest ends. */
export const MAXIMUM_SESSIONS = 20
/** How stale `lastSeenAt` may be before a request writes it again. */
export const SEEN_RESOLUTION = 60_000
/**
 * How long one step of a half-finished sign-in may take, in milliseconds. A second factor is at hand; an app has to be
 * installed, a password thought up.
 */
export const CHALLENGE_LIFETIME = { 'second-factor': 5 * 60_000, 'new-password': 10 * 60_000, enrolment: 10 * 60_000 }
/** How many half-finished sign-ins one account may have open. */
export const MAXIMUM_CHALLENGES = 5

/** How long a browser somebody signed in with is remembered, in milliseconds, and how many of one account. */
export const KNOWN_BROWSER_LIFETIME = 180 * 24 * 60 * 60_000
export const MAXIMUM_KNOWN_BROWSERS = 20

export type Lifetime = { lastSeenAt: number; expiresAt: number }

/**
 * Whether a session is over: idle for too long, or at its absolute end, which nothing moves.
 * @param now the database's time, so that a server process with a wrong clock keeps no session alive
 */
export const isOver = ({ lastSeenAt, expiresAt }: Lifetime, idleMinutes: number, now: number): boolean =>
  now >= expiresAt || now - lastSeenAt > idleMinutes * 60_000

/** The absolute end of a session that begins now. */
export const absoluteEnd = (now: number, lifetimeHours: number): number => now + lifetimeHours * 3_600_000
