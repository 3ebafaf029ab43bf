const ALLOWED = /^[a-z0-9][a-z0-9._-]{1,62}$/

/**
 * The one form under which names are stored, compared, counted and logged: NFKC, lower case, NFKC again.
 * Lower case stands in for full case folding: the two differ only outside `[a-z0-9._-]`, where `readUsername`
 * refuses anyway. Idempotent.
 */
export const canonical = (typed: string): string => typed.normalize('NFKC').toLowerCase().normalize('NFKC')

export type UsernameVerdict =
  | { ok: true; username: string }
  | { ok: false; reason: 'too-short' | 'too-long' | 'invalid' }

/**
 * Reads a user name somebody wants to have. 2 to 63 of `a-z 0-9 . _ -`, starting with a letter or digit; no colon,
 * because HTTP Basic cannot carry one in a user name (RFC 7617 section 2).
 */
export function readUsername(typed: string): UsernameVerdict {
  const username = canonical(typed)
  if (ALLOWED.test(username)) return { ok: true, username }
  if (/^[a-z0-9]?$/.test(username)) return { ok: false, reason: 'too-short' }
  if (/^[a-z0-9][a-z0-9._-]{63,}$/.test(username)) return { ok: false, reason: 'too-long' }
  return { ok: false, reason: 'invalid' }
}

/**
 * The form under which an address is found: the whole of it in lower case, since no provider in use tells cases apart,
 * and folded like a name, or the limiter would tell known addresses from unknown ones.
 */
export const canonicalEmail = (address: string): string => canonical(address)
