export const made = 'Made'
export const expires = 'Expires'
export const doesNotExpire = 'Does not expire'
export const lastUsed = 'Last used'
export const neverUsed = 'Never used'
export const status = 'Status:'
export const active = 'Active'
export const expired = 'Expired'
export const none = 'None'
export const revoke = 'Revoke'
export const whatCanBeCalled = 'What a program can call with it stands in the'
export const apiDocumentation = 'API documentation'
export const works = 'Works'
export const doesNotWork = 'Does not work'
export const copyCommand = {
  copy: 'Copy command',
  copied: 'Copied',
  failed: 'Selected for you: press Ctrl+C or ⌘C to copy.',
}
