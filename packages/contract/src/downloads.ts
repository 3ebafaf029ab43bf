import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { opaqueId } from './fields.ts'
import { instant } from './instant.ts'

/** What a link can be made for: one's own account as JSON, one's own activity and, for administrators, everybody, as CSV. */
export const downloadResource = z.enum(['account-export', 'activity', 'users'])
export type DownloadResource = z.infer<typeof downloadResource>

/** How long a link lasts at most: thirty days. */
const MAXIMUM_DOWNLOAD_HOURS = 30 * 24

const download = z.object({
  id: z.string(),
  resource: downloadResource,
  createdAt: instant,
  expiresAt: instant,
  lastUsedAt: z.nullable(instant),
})
export type Download = z.infer<typeof download>

export const listDownloads = endpoint('GET', '/account/downloads', {
  summary: 'The download links of this account that still work, newest first',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  reply: z.array(download),
})

export const makeDownload = endpoint('POST', '/account/downloads', {
  summary: 'A link that downloads one thing for a time; its address is seen this once',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  body: z.strictObject({
    resource: downloadResource,
    expiresInHours: z.int().check(z.minimum(1), z.maximum(MAXIMUM_DOWNLOAD_HOURS)),
  }),
  reply: z.object({ id: z.string(), url: z.string(), expiresAt: instant }),
  status: 201,
  problems: ['forbidden', 'wrong-state'],
})

export const revokeDownload = endpoint('DELETE', '/account/downloads/:id', {
  summary: 'Make a download link void',
  callers: ['cookie'],
  right: 'account:security',
  stepUp: 'recent',
  params: z.strictObject({ id: opaqueId }),
})

export const openDownload = endpoint('GET', '/downloads/:resource', {
  summary: 'The file a download link is for; its token opens nothing else, and nothing else opens it',
  callers: 'anybody',
  atRoot: true,
  params: z.strictObject({ resource: downloadResource }),
  query: z.strictObject({ token: z.string().check(z.maxLength(256)) }),
  file: ['application/json', 'text/csv'],
  problems: ['no-longer-valid'],
})
