import type { DownloadResource } from '@latchkey/contract/downloads'

export const title = 'Downloads'
export const panel = 'Make a download link'
export const purpose =
  'An address that downloads one thing, for a browser or a program that cannot sign in. Anybody who has the link can download until it expires; it opens nothing else, and an API key does not open it.'
export const what = 'What'
export const resources: Record<DownloadResource, { name: string; note: string }> = {
  'account-export': { name: 'Account export', note: 'everything about your account, as JSON' },
  activity: { name: 'Activity', note: 'the security events of your account, as CSV' },
  users: { name: 'User list', note: 'everybody with an account, as CSV' },
}
export const howLong = 'Works for'
/** by the number of hours */
export const lifetimes = [
  { value: '1', label: '1 hour' },
  { value: '24', label: '24 hours' },
  { value: '168', label: '7 days' },
  { value: '720', label: '30 days' },
] as const
export const generate = 'Generate Download Link'

export const tooMany = 'You have too many download links already. Revoke one you do not need, then try again.'

export const newTitle = (name: string) => `Your download link: ${name}`
export const newSecret = 'Link'
export const shownOnce = (until: string) =>
  `This is the only time you see this link: it is not shown again. Anybody who has it can download until ${until}.`
export const open = 'Download now'
export const saved = 'I have saved this link'
export const leave =
  'Leave without copying your download link? It is not shown again; if you lose it, you have to generate a new one.'
export const made = (name: string) => `The link for “${name}” works from now on.`

export const list = 'Your download links'
export const listPurpose = 'Links that still work. Revoke what you did not make or do not need any more.'
export const noLinks = 'You have no download link.'
export const revoked = (name: string) => `The link for “${name}” was revoked, effective at once.`
export const alreadyOver = 'That link had ended already.'
