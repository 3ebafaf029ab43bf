import type { TwoFactorStatus } from '@latchkey/contract/two-factor'

export const title = 'Two-factor authentication'
export const panel = 'Authenticator app'
export const purpose =
  'A second proof besides your password: a six-digit code from an app on your phone, new every 30 seconds.'
export const status = 'Status:'
export const statusWord: Record<TwoFactorStatus, string> = {
  disabled: 'Disabled',
  pending: 'Pending',
  active: 'Active',
}
export const disabledMeans = 'Whoever knows your password can sign in as you.'
export const apps = 'Works with Google Authenticator, Microsoft Authenticator, Authy and iOS Passwords.'
export const pendingMeans = 'You will be asked to set up your authenticator app the next time you sign in.'
export const required = 'Your administrator requires it for this account.'
export const use = 'Use Two Factor Authentication'
export const since = 'Active since'
export const lastUsed = 'Last used'

export const steps = ['Set up the app', 'Save recovery codes'] as const
export const stepsLabel = 'Steps'
export const scanHeading = 'Scan this with your authenticator app'
export const qrCode = 'QR code'
export const scanHow = 'Open the app, choose to add an account, and point the camera at the square.'
export const byHand = 'No camera? Type this key into the app instead.'
export const setupKey = 'Setup key'
export const details = [
  ['Type', 'TOTP'],
  ['Digits', '6'],
  ['Period', '30 s'],
] as const
export const openApp = 'Open in authenticator app'
export const code = 'Code'
export const codeNote = 'The six digits the app shows now. Nothing changes until they are right.'
export const validate = 'Validate Two Factor Authentication'
export const expired = 'That setup key is no longer valid: it lasts 15 minutes. Start again to get a new one.'

export const codesHeading = 'Save your recovery codes'
export const codesWhy =
  'Two-factor authentication is active. If you lose your phone, each of these codes lets you in once in place of the app. They are shown only now.'
export const codesLabel = 'Recovery codes'
export const codesSet = 'Set'
export const codesMade = 'Made'
export const download = 'Download'
export const print = 'Print'
export const savedThem = 'I have saved these codes'
export const signInAgain = 'Sign in again'
export const signedOut =
  'You are signed out everywhere, here too: this page only still shows your codes. Save them, then sign in with your app.'
export const leaveCodes =
  'Leave without saving your recovery codes? They are shown only now. Without them and without your phone you cannot sign in.'
export const othersEnded = 'All your other sessions were ended.'
export const done = 'Done'
export const nowActive = 'Two-factor authentication is active.'

export const sheetTitle = 'Latchkey recovery codes'
export const sheetPurpose =
  'Each code signs you in once, in place of the code from your authenticator app, if you have lost it. You still need your password. Keep this where you keep important papers.'
export const sheetFor = 'Account'
export const sheetAt = 'Site'

export const recoveryPanel = 'Recovery codes'
export const recoveryPurpose = 'Let you in when your authenticator app is not at hand. Each works once.'
export const left = (left: number, total: number) => `${left} of ${total} left`
export const recoverySet = 'Set'
export const recoveryMade = 'Made'
export const recoveryLeft = 'Left'
export const fewLeft = (count: number) =>
  count === 0
    ? 'No recovery code is left. Deactivate two-factor authentication and set it up again to get ten new ones.'
    : 'Few recovery codes are left. Deactivate two-factor authentication and set it up again to get ten new ones.'

export const deactivatePanel = 'Turn two-factor authentication off'
export const deactivatePurpose =
  'From then on your password alone opens your account, and all your recovery codes become void. You will be asked for a code from your app, or a recovery code.'
export const deactivate = 'Deactivate Two Factor Authentication'
export const deactivated =
  'Two-factor authentication was deactivated. Your recovery codes are void; delete the entry in your authenticator app.'
export const cannotDeactivate =
  'Your administrator requires two-factor authentication for this account, so it cannot be turned off.'
