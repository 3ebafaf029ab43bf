import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { password, recoveryCode, totpCode, username } from './fields.ts'

/** The ways a second factor can be shown, strongest first; recovery codes are always last. */
const secondFactorMethod = z.enum(['totp', 'recovery-code'])

export const signIn = endpoint('POST', '/sign-in', {
  summary: 'Sign in with user name and password',
  caller: 'nobody',
  body: z.strictObject({ username, password }),
  reply: z.discriminatedUnion('status', [
    z.object({ status: z.literal('signed-in') }),
    z.object({ status: z.literal('second-factor-required'), methods: z.array(secondFactorMethod) }),
  ]),
  problems: ['wrong-credentials', 'too-many-attempts', 'busy'],
})

export const showSecondFactor = endpoint('POST', '/sign-in/second-factor', {
  summary: 'Finish signing in with a code from the authenticator app, or with a recovery code',
  caller: 'half',
  body: z.union([z.strictObject({ code: totpCode }), z.strictObject({ recoveryCode })]),
  reply: z.object({ status: z.literal('signed-in'), recoveryCodesLeft: z.optional(z.number()) }),
  problems: ['sign-in-expired', 'wrong-code', 'code-already-used', 'too-many-attempts'],
})

export const signOut = endpoint('POST', '/sign-out', {
  summary: 'End this session; answers the same when there is none',
  caller: 'nobody',
})
