/** The ways to prove who one is: what the field is called, and how to change to it. */
export const label = { password: 'Password', code: 'Code', recoveryCode: 'Recovery code' }
export const use = {
  password: 'Use the password',
  code: 'Use the authenticator app',
  recoveryCode: 'Use a recovery code',
}
export const codeNote = 'The six digits your authenticator app shows for this account.'
export const recoveryCodeNote =
  'One of the codes you saved. Each works once; capitals, spaces and hyphens do not matter.'
export const wrongPassword = 'That is not your password.'
export const wrongRecoveryCode = 'That recovery code is wrong or was used already. Try another one.'
export const sixDigits = 'Type the six digits the app shows.'
