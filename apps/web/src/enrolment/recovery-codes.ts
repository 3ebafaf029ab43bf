import { m } from '../messages/enrolment.ts'
import { locale } from '../messages/language.ts'

/** A set of recovery codes, shown this once. */
export type RecoveryCodes = { codes: string[]; setId: string; username: string; host: string; madeAt: number }

/** What the server handed out, with what one needs to know about it in a year. */
export const recoveryCodesFor = (username: string, setId: string, codes: string[]): RecoveryCodes => ({
  codes,
  setId,
  username,
  host: location.host,
  madeAt: Date.now(),
})

export const dateInWords = (at: number) => new Date(at).toLocaleDateString(locale, { dateStyle: 'long' })

/** The sheet as a text file, made from the data and never from what is on screen. */
export const recoveryCodesText = ({ codes, setId, username, host, madeAt }: RecoveryCodes) =>
  [
    m.sheetTitle,
    '',
    `${m.sheetAt}: ${host}`,
    `${m.sheetFor}: ${username}`,
    `${m.codesSet}: ${setId}`,
    `${m.codesMade}: ${dateInWords(madeAt)}`,
    '',
    m.sheetPurpose,
    '',
    ...codes,
    '',
  ].join('\r\n')

export const fileName = ({ username, host, madeAt }: RecoveryCodes) =>
  ['latchkey-recovery-codes', host, username, `${new Date(madeAt).toISOString().slice(0, 10)}.txt`]
    .map((part) => part.replace(/[^\p{L}\p{N}.-]+/gu, '-'))
    .join('_')
