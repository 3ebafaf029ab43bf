export const qrCode = 'QR code'
export const byHand = 'No camera? Type this key into the app instead.'
export const setupKey = 'Setup key'
export const details = [
  ['Type', 'TOTP'],
  ['Digits', '6'],
  ['Period', '30 s'],
] as const
export const openApp = 'Open in authenticator app'
export const apps = 'Works with Google Authenticator, Microsoft Authenticator, Authy and iOS Passwords.'
export const code = 'Code'

export const codesHeading = 'Save your recovery codes'
export const codesWhy =
  'If you lose your phone, each of these codes lets you in once in place of the app. They are shown only now.'
export const codesLabel = 'Recovery codes'
export const codesSet = 'Set'
export const codesMade = 'Made'
export const download = 'Download'
export const print = 'Print'
export const savedThem = 'I have saved these codes'
export const done = 'Done'
export const leaveCodes =
  'Leave without saving your recovery codes? They are shown only now. Without them and without your phone you cannot sign in.'
export const nowActive = 'Two-factor authentication is active.'
export const othersEnded = 'All your other sessions were ended.'

export const sheetTitle = 'Latchkey recovery codes'
export const sheetPurpose =
  'Each code signs you in once, in place of the code from your authenticator app, if you have lost it. You still need your password. Keep this where you keep important papers.'
export const sheetFor = 'Account'
export const sheetAt = 'Site'
