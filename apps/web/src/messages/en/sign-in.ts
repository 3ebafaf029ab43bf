/** The title of the card, by the step one is at. */
export const titles = {
  returning: 'Going back to the service',
  password: 'Sign in',
  'second-factor': 'Two-factor authentication',
  'new-password': 'Choose a new password',
  enrolment: 'Set up two-factor authentication',
  'first-codes': 'Save your recovery codes',
  'recovery-code-used': 'You are signed in with a recovery code',
}
export const username = 'User name'
export const password = 'Password'
export const signIn = 'Sign in'

export const verify = 'Verify'
export const withoutFactor =
  'Neither your app nor a recovery code at hand? Ask your administrator to reset two-factor authentication for you. Whoever runs the server can do it with this command line:'
export const resetCommand = (name: string) => `latchkey users reset-two-factor ${name}`
export const startAgain = 'Start again'

export const newPasswordWhy =
  'Somebody else chose the password you have now. Choose one that only you know, then you can go on.'
export const newPassword = 'New password'
export const changePassword = 'Change password'

export const enrolmentWhy =
  'From now on this account needs a second proof besides the password, because you or an administrator chose so. Scan this with an authenticator app, then type the code the app shows.'
export const enrolmentFresh =
  'If you load this page again, you start over and get a new key; this one is dead from then on.'
export const enrolmentCodeNote = 'The six digits the app shows now.'

export const left = (count: number) =>
  count === 0
    ? 'That was your last recovery code.'
    : count === 1
      ? 'One recovery code is left.'
      : `${count} recovery codes are left.`
export const leftAdvice = (count: number) =>
  count === 0
    ? 'Make ten new ones now: without them and without your authenticator app you cannot sign in again.'
    : count <= 3
      ? 'The one you used is gone. Make ten new ones soon.'
      : 'The one you used is gone; cross it off your list.'
export const generate = 'Generate new recovery codes'
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
  'key-replaced':
    'That setup key is no longer valid: a newer one was shown elsewhere, or it was too old. Sign in again to get a fresh one.',
  entered: 'You signed in here a moment ago, and your account is open.',
  enrolled: 'Two-factor authentication is active. Sign in with your password and a code from your app.',
}

export const toAccount = 'Go to your account'
