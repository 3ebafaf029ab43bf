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
}
export const alsoRevokeWhy =
  'Leave it ticked if somebody may have known your password: they could have made themselves one.'
export const credentialsUnknown =
  'Whether you have an API key or an API password could not be found out. They stay as they are; look at them afterwards.'
export const change = 'Change password'

const names: Record<Credential, string> = { 'api-key': 'API key', 'api-password': 'API password' }
const together = (credentials: Credential[]) => `Your ${credentials.map((name) => names[name]).join(' and your ')}`
export const changed = ({ revoked, kept }: { revoked: Credential[]; kept: Credential[] }) =>
  [
    'Your password was changed. All other sessions were ended.',
    revoked.length > 0 && `${together(revoked)} ${revoked.length > 1 ? 'were' : 'was'} revoked.`,
    kept.length > 0 && `${together(kept)} still ${kept.length > 1 ? 'work' : 'works'}.`,
  ]
    .filter(Boolean)
    .join(' ')
