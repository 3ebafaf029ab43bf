export const title = 'API key'
export const panel = 'Your API key'
export const purpose = 'Lets a program call the API as you. The API key has the same rights as your account.'
export const purposeReadOnly =
  'Lets a program call the API as you. Your account is read-only, so the API key can only read.'
export const noneYet = 'You have no API key. Make one when a script or a program is to work with your account.'
export const shownOnlyOnce = 'Have a place ready to keep it: it may be shown only once.'
export const generate = 'Generate new API Key'
export const key = 'Key'
export const from = 'From'
export const by = 'By'

export const clickToCopy = 'Click to copy'
export const obfuscated = 'The key is purposefully obfuscated. Just click on the API key to copy it.'
export const copied = 'Copied'
export const shownInstead = 'API key'
export const selected = 'It could not be copied by itself. It is selected for you: press Ctrl+C or ⌘C to copy.'
export const hide = 'Hide'

export const retiring = 'The key before'
export const retiringPurpose =
  'Still works beside the new one, so that you can change your programs without a break. Revoking ends both.'
export const worksUntil = 'Works until'
export const timeLeft = (amount: string) => `${amount} left`

export const use = 'How to use it'
export const variable = 'First put your key into a variable: paste it when this waits, then press Enter'
export const variableLine = 'read -rs LATCHKEY_API_KEY && export LATCHKEY_API_KEY'
export const variableNote = 'The key is not shown as you paste it, and does not get into the history of your shell.'
export const command = 'Then try it: this asks who you are'
export const commandLine = (origin: string) =>
  `curl -H "Authorization: Bearer $LATCHKEY_API_KEY" ${origin}/api/v1/account`
export const worksWhere = 'In the Authorization header of calls to the API.'
export const worksNot = [
  'In an address: a key in a URL is refused, because addresses end up in logs.',
  'For what needs a person in a browser: your password, your second factor, this key and other credentials.',
] as const
export const worksNotForDownloads = 'For downloads. They have'
export const ownLinks = 'links of their own'

export const replaceTitle = 'Generate a new API key?'
export const pleaseNote = 'Please Note'
export const replaceWarning =
  'Generating a new API key will replace the existing API key. If a new API key is generated, then API calls made with the old API key will fail. Are you sure that you wish to proceed?'
export const failsAtOnce = 'They fail at once, as chosen below.'
export const failsLater = 'They fail when the time below is over.'
export const keyBefore = 'The key before,'
export const lastUsed = 'last used'
export const neverUsed = 'never used'
export const stopsAtOnce = 'stops at once.'
export const oldKey = 'The old key:'
export const oldNeverUsed = 'It was never used.'
export const usedFrom = (address: string) => `from ${address}`
export const usedBy = (client: string) => `by ${client}`
export const overlap = 'The old key'
export const overlaps = [
  { value: 'none', label: 'Stops at once' },
  { value: '1h', label: 'Works for 1 hour more' },
  { value: '24h', label: 'Works for 24 hours more' },
  { value: '7d', label: 'Works for 7 days more' },
] as const

export const newTitle = 'Your new API key'
export const newSecret = 'API key'
export const shownOnce =
  'This is the only time you see this key: it is not shown again. Keep it where you keep passwords. If it is lost, generate a new one.'
export const copyableLater = 'Keep it where you keep passwords. You can copy it again on this page.'
export const saved = 'I have saved this key'
export const leave =
  'Leave without copying your API key? It is not shown again; if you lose it, you have to generate a new one.'
export const inForce = 'Your new API key works from now on.'

export const revokePanel = 'Revoke the API key'
export const revokePurpose = 'For a key that may have got into other hands, or that nobody needs any more.'
export const revokeTitle = 'Revoke your API key?'
export const revokeWarning = 'Every program that uses it is refused from the next call on. That cannot be undone.'
export const revokeBoth =
  'Every program that uses it, or the key before it, is refused from the next call on. That cannot be undone.'
export const confirmRevoke = 'Revoke API key'
export const revoked = 'Your API key was revoked, effective at once.'
