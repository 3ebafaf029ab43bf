import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { password, recoveryCode, totpCode } from './fields.ts'

/** The actions that ask every time. A proof given for one of them opens no other. */
export const stepUpPurpose = z.enum([
  'two-factor.replace',
  'two-factor.reset',
  'two-factor.deactivate',
  'recovery-codes.renew',
])
export type StepUpPurpose = z.infer<typeof stepUpPurpose>

export const stepUp = endpoint('POST', '/step-up', {
  summary: "Confirm it's you: the strongest factor the account has; the session token changes, the session stays",
  callers: ['cookie'],
  right: 'account:read',
  body: z.strictObject({
    password: z.optional(password),
    code: z.optional(totpCode),
    recoveryCode: z.optional(recoveryCode),
    /** the always-asked action this proof is for; without it, the proof serves the next one, once */
    purpose: z.optional(stepUpPurpose),
  }),
  problems: ['wrong-password', 'wrong-code', 'code-already-used', 'step-up-required', 'too-many-attempts', 'busy'],
})
