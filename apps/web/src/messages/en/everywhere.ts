export const productName = 'Latchkey'
export const loading = 'Loading…'
export const tryAgain = 'Try again'
export const couldNotBeLoaded = 'This could not be loaded'
export const unknown = 'Unknown'
export const never = 'Never'
export const cancel = 'Cancel'
export const optional = '(optional)'
export const password = {
  show: 'Show',
  hide: 'Hide',
  capsLock: 'Caps Lock is on.',
}
export const copy = { copy: 'Copy', copied: 'Copied', failed: 'Selected for you: press Ctrl+C or ⌘C to copy.' }
