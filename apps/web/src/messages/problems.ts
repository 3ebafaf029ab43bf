import { type FieldErrorCode, Problem } from '@latchkey/contract/problem'
import { Unreachable } from '../api/unreachable.ts'
import * as en from './en/problems.ts'
import { inLanguage } from './language.ts'

const m = inLanguage({ en })

/** What to tell a person about any failure. */
export function problemText(error: unknown): string {
  if (error instanceof Unreachable) return m.unreachable
  if (error instanceof Problem) return m.problem[error.code](error.details)
  return m.problem.unexpected({})
}

export const fieldErrorText = (code: FieldErrorCode, limit?: number): string => m.fieldError[code](limit)
