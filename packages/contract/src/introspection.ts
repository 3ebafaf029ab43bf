import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { role } from './profile.ts'

/** Whole seconds since the epoch, as this standard counts them (RFC 7519 section 2). */
const numericDate = z.int()

export const introspect = endpoint('POST', '/introspect', {
  summary: 'Whether an API key is good, and whose (RFC 7662)',
  callers: ['key', 'basic'],
  right: 'introspect',
  encoding: 'form',
  /** other parameters are passed over (RFC 7662 section 2.1) */
  body: z.object({ token: z.string().check(z.maxLength(4096)), token_type_hint: z.optional(z.string()) }),
  reply: z.union([
    z.object({
      active: z.literal(true),
      /** the id of the account; a user name can be given away, this cannot */
      sub: z.string(),
      username: z.string(),
      role,
      /** what the key may do, separated by blanks */
      scope: z.string(),
      token_type: z.literal('Bearer'),
      iss: z.string(),
      iat: numericDate,
      exp: numericDate,
    }),
    z.object({ active: z.literal(false) }),
  ]),
})
