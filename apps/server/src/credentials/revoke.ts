import type { Tx } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import * as apiKeys from './api-keys.ts'
import * as apiPasswords from './api-passwords.ts'

/** What opens something in a person's name without them. */
export const allCredentials = ['api-key', 'api-password', 'downloads'] as const
export type CredentialKind = (typeof allCredentials)[number]

/** Takes some of it away, each remembered if it was there. Call `tx.lockUser` first. */
export async function revokeCredentials(
  tx: Tx,
  userId: string,
  kinds: readonly CredentialKind[],
  by: { actor: activity.Actor; at: number },
) {
  const row = { subject: userId, ...by }
  if (kinds.includes('api-key') && (await apiKeys.revoke(tx, userId)))
    await activity.record(tx, { ...row, event: 'api-key.revoked' })
  if (kinds.includes('api-password') && (await apiPasswords.revoke(tx, userId)))
    await activity.record(tx, { ...row, event: 'api-password.revoked' })
  if (!kinds.includes('downloads')) return
  const { downloads } = tx.tables
  const links = await tx.delete(downloads).where(eq(downloads.userId, userId)).returning({ id: downloads.id })
  const detail = { count: links.length }
  if (links.length > 0) await activity.record(tx, { ...row, event: 'download-link.revoked', detail })
}
