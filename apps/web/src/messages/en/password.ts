import type { BodyOf } from '@latchkey/contract/endpoint'
import type { changePassword } from '@latchkey/contract/password'

type Credential = NonNullable<BodyOf<typeof changePassword>['alsoRevoke']>[number]

export const title = 'Password'
export const panel = 'Change your password'
export const purpose = 'Afterwards every other session of yours ends; this one stays.'
export const current = 'Current password'
export const next = 'New password'
export const alsoRevoke: Record<Credential, string> = {
  'api-key': 'Revoke my API key too',
  'api-password': 'Revoke my API password too',
  downloads: 'Revoke my download links too',
}
export const alsoRevokeWhy =
  'Leave it ticked if somebody may have known your password: they could have made themselves one.'
export const credentialsUnknown =
  'Whether you have an API key, an API password or download links could not be found out. They stay as they are; look at them afterwards.'
export const change = 'Change password'

const names: Record<Credential, string> = {
  'api-key': 'your API key',
  'api-password': 'your API password',
  downloads: 'your download links',
}
const list = new Intl.ListFormat('en-GB')
const together = (credentials: Credential[]) => list.format(credentials.map((name) => names[name])).replace(/^y/, 'Y')
const areMany = (credentials: Credential[]) => credentials.length > 1 || credentials.includes('downloads')
export const changed = ({ revoked, kept }: { revoked: Credential[]; kept: Credential[] }) =>
  [
    'Your password was changed. All other sessions were ended.',
    revoked.length > 0 && `${together(revoked)} ${areMany(revoked) ? 'were' : 'was'} revoked.`,
    kept.length > 0 && `${together(kept)} still ${areMany(kept) ? 'work' : 'works'}.`,
  ]
    .filter(Boolean)
    .join(' ')
