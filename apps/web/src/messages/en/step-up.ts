export const title = "Confirm it's you"
export const why =
  'This changes how your account is protected. Confirm it with your password; what you typed stays as it is.'
export const whyWithFactor =
  'This changes how your account is protected. Confirm it with your authenticator app; what you typed stays as it is.'
export const whyDeactivate =
  'You are about to turn two-factor authentication off. That always needs the second factor itself.'
export const password = 'Password'
export const code = 'Code'
export const codeNote = 'The six digits your authenticator app shows for this account.'
export const recoveryCode = 'Recovery code'
export const recoveryCodeNote = 'One of the codes you saved. It is used up by this.'
export const useRecoveryCode = 'Use a recovery code'
export const useApp = 'Use the authenticator app'
export const confirm = 'Confirm'
export const wrongPassword = 'That is not your password.'
export const wrongRecoveryCode = 'That recovery code is wrong or was used already. Try another one.'
