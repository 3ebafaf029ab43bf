import type { TwoFactorStatus } from '@latchkey/contract/two-factor'

export const title = 'API password'
export const panel = 'Your API password'
export const purpose =
  'For programs that can only send a user name and a password (HTTP Basic). It opens the API and nothing else: nobody can sign in with it.'
export const generate = 'Generate New API Password'
export const accountPassword = 'Account password'
export const accepted = 'Accepted'
export const refused = 'Refused'

/** What HTTP Basic takes now, and why. */
export const acceptedWhy =
  'The API takes your account password over HTTP Basic, because two-factor authentication is disabled. An API password is better: it opens nothing but the API, and you can revoke it.'
export const acceptedBoth =
  'The API takes your API password over HTTP Basic, and your account password as well, because two-factor authentication is disabled.'
export const refusedWhy: Record<TwoFactorStatus, string> = {
  active: 'The API refuses your account password over HTTP Basic, because two-factor authentication is on.',
  pending: 'The API refuses your account password over HTTP Basic, because two-factor authentication is pending.',
  disabled: 'The API refuses account passwords over HTTP Basic, because your administrator has decided so.',
}
export const needed = 'Programs that use HTTP Basic need an API password.'
export const inPlace = 'Programs that use HTTP Basic use your API password.'

export const replaceTitle = 'Generate a new API password?'
export const replaceWarning =
  'A new API password replaces the one you have. Calls made with the old one fail at once. Are you sure that you wish to proceed?'
export const oldUsed = 'The old one was last used'
export const oldNeverUsed = 'The old one was never used.'

export const newTitle = 'Your new API password'
export const newSecret = 'API password'
export const shownOnce =
  'This is the only time you see this password: it is not shown again. Keep it where you keep passwords. If it is lost, generate a new one.'
export const saved = 'I have saved this password'
export const leave =
  'Leave without copying your API password? It is not shown again; if you lose it, you have to generate a new one.'
export const inForce = 'Your new API password works from now on.'

export const use = 'How to use it'
export const command = 'Try it: this asks for the password, then says who you are'
export const commandLine = (username: string, origin: string) => `curl -u '${username}' ${origin}/api/v1/account`
export const worksWhere = 'With your user name, over HTTP Basic, in calls to the API.'
export const worksNot = [
  'For signing in, in an address, or for downloads.',
  'For what needs a person in a browser: your password, your second factor and your credentials.',
] as const
export const colon =
  'HTTP Basic puts a colon between user name and password. User names never contain one here, so yours can always be told apart.'

export const revokePanel = 'Revoke the API password'
export const revokePurpose = 'For a password that may have got into other hands, or that nobody needs any more.'
export const revokeTitle = 'Revoke your API password?'
export const revokeWarning = 'Every program that uses it is refused from the next call on. That cannot be undone.'
export const confirmRevoke = 'Revoke API password'
export const revoked = 'Your API password was revoked, effective at once.'
