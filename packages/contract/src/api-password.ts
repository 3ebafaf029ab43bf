import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { instant } from './instant.ts'

const apiPassword = z.object({
  exists: z.boolean(),
  createdAt: z.nullable(instant),
  expiresAt: z.nullable(instant),
  /** to the minute */
  lastUsedAt: z.nullable(instant),
  /** whether HTTP Basic takes the account password as well; never with a second factor or where policy says so */
  accountPasswordAccepted: z.boolean(),
})
export type ApiPassword = z.infer<typeof apiPassword>

export const getApiPassword = endpoint('GET', '/account/api-password', {
  summary: 'The API password of this account, everything but the password, and what HTTP Basic takes now',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  reply: apiPassword,
})

export const generateApiPassword = endpoint('POST', '/account/api-password', {
  summary: 'A new API password, seen this once; the one before ends',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  reply: z.object({ apiPassword: z.string() }),
  status: 201,
  problems: ['wrong-state'],
})

export const revokeApiPassword = endpoint('DELETE', '/account/api-password', {
  summary: 'Revoke the API password',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
})
