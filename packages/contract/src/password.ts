import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { password } from './fields.ts'

export const getPasswordRules = endpoint('GET', '/password-rules', {
  summary: 'What a new password must satisfy, so that a form can say so while it is typed',
  callers: 'anybody',
  /** lengths in Unicode code points */
  reply: z.object({ minimumLength: z.number(), maximumLength: z.number() }),
})

export const changePassword = endpoint('PUT', '/account/password', {
  summary: 'Change the password; every other session ends',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  body: z.strictObject({
    currentPassword: password,
    newPassword: password,
    /** what ends with the old password: whoever knew it may have made themselves one */
    alsoRevoke: z.optional(z.array(z.enum(['api-key', 'api-password', 'downloads']))),
  }),
  problems: ['wrong-password', 'too-many-attempts', 'busy'],
})
