import type { AuthenticationMethod } from '@latchkey/contract/sessions'

export const title = 'Sessions'
export const here = 'This session'
export const herePurpose = 'The browser you are looking at. To end it, sign out.'
export const others = 'Other sessions'
export const othersPurpose = (count: number) =>
  count === 1
    ? 'One other browser is signed in to your account. End it if you do not know it, and change your password.'
    : `${count} other browsers are signed in to your account. End what you do not know, and change your password.`
export const noOthers = 'You are signed in nowhere else.'
export const current = 'This session'
export const unknownBrowser = 'Unknown browser'
export const on = (browser: string, system: string) => `${browser} on ${system}`
export const seen = 'Last seen'
export const close = 'Close session'
export const closeOthers = 'Close all other sessions'
export const closed = (name: string) => `${name} was signed out, effective at once. That cannot be undone.`
export const closedOthers = (count: number) =>
  count === 1
    ? 'The other session was ended, effective at once.'
    : `${count} other sessions were ended, effective at once.`
export const alreadyClosed = 'That session had ended already.'

export const facts = {
  browser: 'Browser',
  operatingSystem: 'Operating system',
  model: 'Model',
  ipAddress: 'IP address',
  expires: 'Expires',
  lastModified: 'Last modified',
  created: 'Created',
  lastAuthentication: 'Last authentication',
  methods: 'Proved by',
  engine: 'Engine',
  cpuArchitecture: 'CPU architecture',
  lastSeen: 'Last seen',
}
export const methods: Record<AuthenticationMethod, string> = {
  password: 'password',
  totp: 'authenticator app',
  'recovery-code': 'recovery code',
}
