import * as z from 'zod/mini'

/** A user name as typed, without the blank a phone's keyboard adds; which ones are allowed is decided by the server after folding (auth-core/username). */
export const username = z.string().check(z.trim(), z.minLength(1), z.maxLength(128))

/** A password as typed: nothing is trimmed or cut; the upper bounds are the server's rule. */
export const password = z.string().check(z.minLength(1), z.maxLength(1024))

export const displayName = z.string().check(z.trim(), z.minLength(1), z.maxLength(100), z.regex(/^[^\p{Cc}\p{Cs}]*$/u))

/** RFC 5321 section 4.5.3.1 bounds the whole at 254 octets; a mail is the only real check. */
export const email = z.email().check(z.maxLength(254))

/** The id of anything: opaque, and never the protection. */
export const opaqueId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))

/** Six digits, with spaces anywhere as people type them (RFC 6238 with six digits). */
export const totpCode = z.string().check(
  z.maxLength(32),
  z.overwrite((typed) => typed.replaceAll(' ', '')),
  z.regex(/^[0-9]{6}$/),
)

/** A recovery code as typed: case, spaces and hyphens do not matter. */
export const recoveryCode = z.string().check(z.minLength(6), z.maxLength(64), z.regex(/^[0-9A-Za-z -]+$/))
