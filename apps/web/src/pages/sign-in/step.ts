import type { RecoveryCodes } from '../../enrolment/recovery-codes.ts'
import type { m } from '../../messages/sign-in.ts'

/** Where somebody is on the way in. */
export type Step =
  /** on the way back to a service; whether somebody is in is known, or still to be asked */
  | { at: 'returning'; isIn: boolean }
  | { at: 'password'; reason: keyof typeof m.reasons | undefined }
  | { at: 'second-factor' }
  | { at: 'new-password' }
  | { at: 'enrolment'; secret: string; otpauthUri: string }
  | { at: 'first-codes'; codes: RecoveryCodes }
  | { at: 'recovery-code-used'; left: number }
