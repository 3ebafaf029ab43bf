import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { instant } from './instant.ts'

/** How long the key before goes on working beside its successor. */
export const overlap = z.enum(['none', '1h', '24h', '7d'])
export type Overlap = z.infer<typeof overlap>

const apiKey = z.object({
  exists: z.boolean(),
  /** its first and last characters, to tell which one it is */
  hint: z.nullable(z.string()),
  createdAt: z.nullable(instant),
  expiresAt: z.nullable(instant),
  /** to the minute */
  lastUsedAt: z.nullable(instant),
  lastUsedAddress: z.nullable(z.string()),
  lastUsedClient: z.nullable(z.string()),
  /** whether it can be shown again after a proof */
  copyable: z.boolean(),
  /** the one before, while it still works */
  retiring: z.nullable(z.object({ hint: z.string(), until: instant, lastUsedAt: z.nullable(instant) })),
})
export type ApiKey = z.infer<typeof apiKey>

export const getApiKey = endpoint('GET', '/account/api-key', {
  summary: 'The API key of this account: everything but the key',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  reply: apiKey,
})

export const generateApiKey = endpoint('POST', '/account/api-key', {
  summary: 'A new API key, seen this once, in place of the one before; that one ends at once or after an overlap',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  body: z.optional(z.strictObject({ overlap: z.optional(overlap) })),
  reply: z.object({ apiKey: z.string() }),
  status: 201,
  problems: ['wrong-state'],
})

export const revokeApiKey = endpoint('DELETE', '/account/api-key', {
  summary: 'Revoke the API key, and the one that is retiring',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
})

export const revealApiKey = endpoint('GET', '/account/api-key/value', {
  summary: 'The API key itself, where policy lets it be copied',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  reply: z.object({ apiKey: z.string() }),
  problems: ['shown-once', 'not-found'],
})
