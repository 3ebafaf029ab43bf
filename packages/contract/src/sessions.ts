import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { opaqueId } from './fields.ts'
import { instant } from './instant.ts'

export const authenticationMethod = z.enum(['password', 'totp', 'recovery-code'])
export type AuthenticationMethod = z.infer<typeof authenticationMethod>

const session = z.object({
  id: z.string(),
  current: z.boolean(),
  browser: z.nullable(z.string()),
  operatingSystem: z.nullable(z.string()),
  model: z.nullable(z.string()),
  engine: z.nullable(z.string()),
  cpuArchitecture: z.nullable(z.string()),
  ipAddress: z.string(),
  createdAt: instant,
  lastModifiedAt: instant,
  lastAuthenticationAt: instant,
  lastSeenAt: instant,
  expiresAt: instant,
  authenticationMethods: z.array(authenticationMethod),
})
export type Session = z.infer<typeof session>

export const listSessions = endpoint('GET', '/account/sessions', {
  summary: 'Where this account is signed in, this session first',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  reply: z.array(session),
})

export const endOtherSessions = endpoint('DELETE', '/account/sessions', {
  summary: 'End every other session',
  callers: ['cookie', 'key'],
  right: 'account:security',
  stepUp: 'recent',
})

export const endSession = endpoint('DELETE', '/account/sessions/:id', {
  summary: 'End one session',
  callers: ['cookie', 'key'],
  right: 'account:security',
  stepUp: 'recent',
  params: z.strictObject({ id: opaqueId }),
})
