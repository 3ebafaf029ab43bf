export const title = 'Sign in'
export const username = 'User name'
export const password = 'Password'
export const signIn = 'Sign in'

export const secondStep = 'Two-factor authentication'
export const code = 'Code'
export const codeNote = 'The six digits your authenticator app shows for this account.'
export const verify = 'Verify'
export const useRecoveryCode = 'Use a recovery code'
export const useApp = 'Use the authenticator app'
export const recoveryCode = 'Recovery code'
export const recoveryCodeNote =
  'One of the codes you saved. Each works once; capitals, spaces and hyphens do not matter.'
export const wrongRecoveryCode = 'That recovery code is wrong or was used already. Try another one.'
export const withoutFactor =
  'Neither your app nor a recovery code at hand? Ask your administrator to reset two-factor authentication for you.'
export const startAgain = 'Start again'

export const usedTitle = 'You are signed in with a recovery code'
export const left = (count: number) =>
  count === 0
    ? 'That was your last recovery code.'
    : count === 1
      ? 'One recovery code is left.'
      : `${count} recovery codes are left.`
export const leftAdvice = (count: number) =>
  count === 0
    ? 'If you lose your authenticator app now, you cannot sign in by yourself. Set up two-factor authentication again to get ten new codes.'
    : count <= 3
      ? 'The one you used is gone. Set up two-factor authentication again soon to get ten new codes.'
      : 'The one you used is gone; cross it off your list.'
export const continueOn = 'Continue'

export const setupNeeded = 'This server waits for its first administrator'
export const setupNeededHow =
  'Open the one-time setup link. The server printed it where it was started: in its terminal or its log.'

/** Why somebody finds themselves here. */
export const reasons = {
  ended: 'Your session has ended. Sign in again to go on where you were.',
  needed: 'You are not signed in, or your session has ended. Sign in to see that page.',
  'signed-out': 'You are signed out.',
  'signed-out-here':
    'You are signed out in this window, but the server could not be told. Once you are online again, sign in and end that session.',
  expired: 'That took too long, or there were too many wrong codes, so signing in starts again.',
  enrolled: 'Two-factor authentication is active. Sign in with your password and a code from your app.',
}
