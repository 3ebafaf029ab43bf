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
export const pendingMeans =
  'The next time you sign in, a QR code waits after your password: you scan it with an authenticator app and type the code it shows. Until then your password alone signs you in, but programs that send it over HTTP Basic are refused already.'
export const pendingNow = 'You can also set it up right now.'
export const pendingSince = 'Pending since'
export const required =
  'Your administrator requires two-factor authentication for this account, so it cannot be cancelled.'
export const use = 'Use Two Factor Authentication'
export const setUpLater = 'Set up at next sign-in'
export const nowPending = 'Two-factor authentication is pending: you will set it up the next time you sign in.'
export const cancelled = 'Cancelled. Two-factor authentication is disabled, as before.'
export const since = 'Active since'
export const lastUsed = 'Last used'

export const steps = ['Set up the app', 'Save recovery codes'] as const
export const stepsLabel = 'Steps'
export const scanHeading = 'Scan this with your authenticator app'
export const scanHow = 'Open the app, choose to add an account, and point the camera at the square.'
export const codeNote = 'The six digits the app shows now. Nothing changes until they are right.'
export const validate = 'Validate Two Factor Authentication'
export const expired =
  'That setup key is no longer valid: it was shown too long ago, or too many wrong codes were typed. Nothing was changed. Start again to get a new one.'

export const replace = 'Replace authenticator app'
export const replaceHeading = 'Scan this with your new authenticator app'
export const replaceHow =
  'Your present app works until the code from the new one is right. Your recovery codes stay as they are.'
export const replaced =
  'Your authenticator app was replaced. Codes of the old one no longer work, so delete its entry; your recovery codes stay. All your other sessions were ended.'

export const signInAgain = 'Sign in again'
export const signedOut =
  'You are signed out everywhere, here too: this page only still shows your codes. Save them, then sign in with your app.'

export const recoveryPanel = 'Recovery codes'
export const recoveryPurpose = 'Let you in when your authenticator app is not at hand. Each works once.'
export const left = (left: number, total: number) => `${left} of ${total} left`
export const recoverySet = 'Set'
export const recoveryMade = 'Made'
export const recoveryLeft = 'Left'
export const fewLeft = (count: number) =>
  count === 0
    ? 'No recovery code is left. Without your authenticator app you cannot sign in: generate new ones now.'
    : `${count === 1 ? 'One recovery code is' : `${count} recovery codes are`} left. Generate new ones before you need the last.`
export const generate = 'Generate new recovery codes'
export const renewHeading = 'Your new recovery codes'
export const renewHow =
  'They are shown only now. Your present codes work until one of these is typed back; from then on only these do.'
export const typeBack = 'Last group of one of the new codes'
export const typeBackNote =
  'Read it from what you saved, not from the screen: the last six characters, or a whole code. It stays usable.'
export const typeBackWrong = 'None of the new codes ends like that. Look at what you saved and try again.'
export const typeBackUnreadable = 'Type the last six characters of a code, or the whole of it.'
export const useNewCodes = 'Use the new codes'
export const renewed = (setId: string) =>
  `The new recovery codes (set ${setId}) are in force. The ones you had before are void; destroy them.`
export const renewalCancelled = (left: number) =>
  left === 0
    ? 'Nothing was changed: you have no recovery code. The ones just shown are of no use; throw them away.'
    : 'Nothing was changed: the recovery codes you had before stay in force. The ones just shown are of no use; throw them away.'
export const renewalExpired =
  'The new codes are no longer valid: they were shown too long ago, or too many wrong ones were typed back. The recovery codes you had before stay in force. Generate new ones to start again.'
export const leaveRenewal =
  'Leave now? The new recovery codes are not in force yet and will be lost; the ones you had before keep working.'

export const resetPanel = 'Reset the secret'
export const resetPurpose =
  'For a phone that was lost or seen by somebody else. Your secret and all your recovery codes are dead at once, and your other sessions end. You set up a new app at your next sign-in; until then your password alone signs you in.'
export const reset = 'Reset Secret'
export const cannotReset = {
  disabled: 'There is no secret to reset while two-factor authentication is disabled.',
  pending: 'There is no secret to reset yet: you get a new one when you set it up.',
}
export const resetDone =
  'Your secret was reset. The old one and your recovery codes are dead, and your other sessions were ended. You set up a new one at your next sign-in; delete the old entry in your app.'

export const deactivatePanel = 'Turn two-factor authentication off'
export const deactivatePurpose =
  'From then on your password alone opens your account, all your recovery codes become void, and your other sessions end. You will be asked for a code from your app, or a recovery code.'
export const deactivate = 'Deactivate Two Factor Authentication'
export const deactivated =
  'Two-factor authentication was deactivated. Your recovery codes are void, and your other sessions were ended; delete the entry in your authenticator app.'
export const cannotDeactivate =
  'Your administrator requires two-factor authentication for this account, so it cannot be turned off.'

export const apiPassword = 'API password'
/** each goes on with the words above, as a link */
export const willRefuseBasic =
  'Once it is pending or active, programs that send your account password over HTTP Basic are refused; afterwards, make them an'
export const pendingNeedsOne = 'Such programs need an'
export const lastsUntilSetUp = '; one made now lasts until the set-up'
export const refusesBasic = 'Programs that send your account password over HTTP Basic are refused now; make them an'
export const refusesBasicSignedOut =
  'Programs that send your account password over HTTP Basic are refused now; once you have signed in again, make them an API password.'
export const makeAnother = 'A new one is made under'
export const willEndApiPassword = 'Once it is set up, the API password you have becomes void.'
export const resetEndsApiPassword = 'It makes the API password you have void as well.'
export const endedApiPassword = 'The API password you had is void.'
export const apiPasswordEnded = 'The API password you had is void, too. A new one is made under API password.'
export const apiPasswordStays =
  'Your API password stays, but is no longer required: the API then takes your account password as well, unless your administrator has decided otherwise.'
