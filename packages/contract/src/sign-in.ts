import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { password, recoveryCode, totpCode, username } from './fields.ts'
import { newSecret } from './two-factor.ts'

/** The ways a second factor can be shown, strongest first; recovery codes are always last. */
const secondFactorMethod = z.enum(['totp', 'recovery-code'])

/** Comes with the answer in which a recovery code was used. */
const recoveryCodesLeft = z.optional(z.number())

/** Where a sign-in stands after a step that was right. What is asked next opens with the cookie that came along. */
const progress = z.discriminatedUnion('status', [
  z.object({ status: z.literal('signed-in'), recoveryCodesLeft }),
  z.object({ status: z.literal('second-factor-required'), methods: z.array(secondFactorMethod) }),
  z.object({ status: z.literal('password-change-required'), recoveryCodesLeft }),
  z.object({ status: z.literal('enrolment-required'), ...newSecret }),
])
export type SignInProgress = z.infer<typeof progress>

export const signIn = endpoint('POST', '/sign-in', {
  summary: 'Sign in with user name and password',
  callers: 'anybody',
  body: z.strictObject({ username, password }),
  reply: progress,
  problems: ['wrong-credentials', 'too-many-attempts', 'busy'],
})

export const showSecondFactor = endpoint('POST', '/sign-in/second-factor', {
  summary: 'Go on signing in with a code from the authenticator app, or with a recovery code',
  callers: ['half'],
  body: z.union([z.strictObject({ code: totpCode }), z.strictObject({ recoveryCode })]),
  reply: progress,
  problems: ['sign-in-expired', 'wrong-code', 'code-already-used', 'too-many-attempts'],
})

export const chooseNewPassword = endpoint('POST', '/sign-in/password', {
  summary: 'Go on signing in with a password of one’s own, in place of the one somebody else chose',
  callers: ['half'],
  body: z.strictObject({ newPassword: password }),
  reply: progress,
  problems: ['sign-in-expired', 'busy'],
})

export const enrolAtSignIn = endpoint('POST', '/sign-in/enrolment', {
  summary: 'Finish signing in by proving the new authenticator app; recovery codes come back, this once',
  callers: ['half'],
  body: z.strictObject({ code: totpCode }),
  reply: z.object({
    status: z.literal('signed-in'),
    recoveryCodes: z.array(z.string()),
    recoverySetId: z.string(),
  }),
  problems: ['sign-in-expired', 'wrong-code', 'no-longer-valid'],
})

export const signOut = endpoint('POST', '/sign-out', {
  summary: 'End this session; answers the same when there is none',
  callers: 'anybody',
})
