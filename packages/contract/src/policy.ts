import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'

const whole = (minimum: number, maximum: number) => z.int().check(z.minimum(minimum), z.maximum(maximum))

const policy = {
  /** of whom a second factor is demanded */
  requireTwoFactor: z.enum(['nobody', 'administrators', 'everyone']),
  /** whether setting up an authenticator app ends the session it was set up in, too */
  signOutAfterEnrolment: z.boolean(),
  apiKeyVisibility: z.enum(['once', 'copyable']),
  accountPasswordOnBasic: z.enum(['while-two-factor-disabled', 'never']),
  /** in Unicode code points */
  minimumPasswordLength: whole(8, 64),
  sessionIdleMinutes: whole(1, 24 * 60),
  /** holds for sessions that begin from now on */
  sessionLifetimeHours: whole(1, 30 * 24),
  selfDeletion: z.boolean(),
}
export type Policy = z.infer<z.ZodMiniObject<typeof policy>>

export const getPolicy = endpoint('GET', '/policy', {
  summary: 'What holds for everybody',
  callers: ['cookie', 'key', 'basic'],
  right: 'policy:read',
  reply: z.object(policy),
})

export const updatePolicy = endpoint('PATCH', '/policy', {
  summary: 'Change what is given and nothing else; holds from the next request on',
  callers: ['cookie', 'key', 'basic'],
  right: 'policy:write',
  stepUp: 'recent',
  body: z.partial(z.strictObject(policy)),
  reply: z.object(policy),
})
