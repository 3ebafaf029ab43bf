import type { StepUpPurpose } from '@latchkey/contract/step-up'

export const title = "Confirm it's you"
export const confirm = 'Confirm'

/** What is about to be done, by the purpose of what always asks, else by its operation in the contract. */
export const purposes: Record<StepUpPurpose, string> = {
  'two-factor.replace': 'To replace your authenticator app',
  'two-factor.reset': 'To reset your secret',
  'two-factor.deactivate': 'To turn two-factor authentication off',
  'recovery-codes.renew': 'To make new recovery codes',
}
export const operations: Record<string, string> = {
  'PUT /account/password': 'To change your password',
  'POST /account/two-factor/authenticator': 'To set up an authenticator app',
  'POST /account/two-factor/pending': 'To have two-factor authentication set up at your next sign-in',
  'DELETE /account/two-factor/pending': 'To cancel setting up two-factor authentication',
  'POST /account/recovery-codes/confirm': 'To use your new recovery codes',
  'POST /account/api-key': 'To generate a new API key',
  'DELETE /account/api-key': 'To revoke your API key',
  'GET /account/api-key/value': 'To copy your API key',
  'POST /account/api-password': 'To generate a new API password',
  'DELETE /account/api-password': 'To revoke your API password',
  'POST /account/downloads': 'To generate a download link',
  'DELETE /account/downloads/:id': 'To revoke this download link',
  'DELETE /account/sessions': 'To end all your other sessions',
  'DELETE /account/sessions/:id': 'To end this session',
}
export const anyOperation = 'To make this change'

export const ask = {
  password: (toDoIt: string) => `${toDoIt}, enter your password once more.`,
  code: (toDoIt: string) => `${toDoIt}, enter the code from your authenticator app.`,
  recoveryCode: (toDoIt: string) => `${toDoIt}, enter one of your recovery codes. It is used up by this.`,
}
export const why = 'You are asked because this changes who can get at your account.'
