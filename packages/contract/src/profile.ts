import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { displayName } from './fields.ts'
import { instant } from './instant.ts'
import { twoFactorStatus } from './two-factor.ts'

export const role = z.enum(['administrator', 'member', 'read-only', 'service'])
export type Role = z.infer<typeof role>

const account = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  email: z.nullable(z.string()),
  emailVerified: z.boolean(),
  pendingEmail: z.nullable(z.string()),
  role,
  /** what the role lets this person do, by name */
  permissions: z.array(z.string()),
  twoFactor: twoFactorStatus,
  createdAt: instant,
})

export const getAccount = endpoint('GET', '/account', {
  summary: 'The account of the caller',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  reply: account,
})

export const updateAccount = endpoint('PATCH', '/account', {
  summary: 'Change the display name',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:write',
  body: z.strictObject({ displayName }),
  reply: account,
})
