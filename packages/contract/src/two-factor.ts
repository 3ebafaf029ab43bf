import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { totpCode } from './fields.ts'
import { instant } from './instant.ts'

export const twoFactorStatus = z.enum(['disabled', 'pending', 'active'])
export type TwoFactorStatus = z.infer<typeof twoFactorStatus>

const twoFactor = z.object({
  status: twoFactorStatus,
  since: z.nullable(instant),
  lastUsedAt: z.nullable(instant),
  /** policy or an administrator demands a factor of this person */
  required: z.boolean(),
  recoveryCodes: z.nullable(z.object({ setId: z.string(), createdAt: instant, total: z.number(), left: z.number() })),
})

export const getTwoFactor = endpoint('GET', '/account/two-factor', {
  summary: 'The state of two-factor authentication, in words and dates',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  reply: twoFactor,
})

/** A secret to be proved, for a camera and for fingers. */
export const newSecret = {
  /** base32 without padding (RFC 4648 section 6), 32 characters, 160 bits */
  secret: z.string(),
  /** Key URI format, for the QR code */
  otpauthUri: z.string(),
}

export const beginAuthenticator = endpoint('POST', '/account/two-factor/authenticator', {
  summary: 'Begin to add or replace the authenticator app: a candidate secret, shown this once',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  body: z.optional(z.strictObject({})),
  reply: z.object({ ...newSecret, expiresAt: instant }),
  status: 201,
})

export const validateAuthenticator = endpoint('POST', '/account/two-factor/authenticator/validate', {
  summary: 'Prove the candidate with a code; only now does anything change',
  callers: ['cookie'],
  right: 'account:security',
  body: z.strictObject({ code: totpCode }),
  reply: z.object({
    recoveryCodes: z.nullable(z.array(z.string())),
    recoverySetId: z.nullable(z.string()),
    signedOut: z.boolean(),
  }),
  problems: ['wrong-code', 'no-longer-valid', 'too-many-attempts'],
})

export const cancelAuthenticator = endpoint('DELETE', '/account/two-factor/authenticator', {
  summary: 'Forget the candidate; the authenticator in use is untouched',
  callers: ['cookie'],
  right: 'account:security',
})

export const setUpLater = endpoint('POST', '/account/two-factor/pending', {
  summary: 'Set two-factor authentication up at the next sign-in',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  reply: twoFactor,
  problems: ['wrong-state'],
})

export const cancelSetUp = endpoint('DELETE', '/account/two-factor/pending', {
  summary: 'Do not set it up at the next sign-in after all',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  problems: ['wrong-state', 'required-by-policy'],
})

export const resetSecret = endpoint('POST', '/account/two-factor/reset-secret', {
  summary: 'Make the secret and the recovery codes void at once; a new secret is set up at the next sign-in',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'always',
  reply: twoFactor,
  problems: ['wrong-state'],
})

export const deactivateTwoFactor = endpoint('DELETE', '/account/two-factor', {
  summary: 'Turn two-factor authentication off; recovery codes become void',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'always',
  problems: ['wrong-state', 'required-by-policy'],
})
