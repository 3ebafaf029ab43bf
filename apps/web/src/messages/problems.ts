import { type FieldErrorCode, Problem } from '@latchkey/contract/problem'
import { Unreachable } from '../api/unreachable.ts'
import * as en from './en/problems.ts'
import { inLanguage } from './language.ts'

const m = inLanguage({ en })

/** Every failure has its sentence once, made when it happened: "in 12 minutes" must not begin anew each time it is drawn. */
const said = new WeakMap<Problem, string>()

/** What to tell a person about any failure. */
export function problemText(error: unknown): string {
  if (error instanceof Unreachable) return m.unreachable
  if (!(error instanceof Problem)) return m.problem.unexpected({}, Date.now())
  const text = said.get(error) ?? m.problem[error.code](error.details, Date.now())
  said.set(error, text)
  return text
}

export const fieldErrorText = (code: FieldErrorCode, limit?: number): string => m.fieldError[code](limit)
