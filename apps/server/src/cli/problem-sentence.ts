import type { FieldErrorCode, Problem, ProblemCode } from '@latchkey/contract/problem'
import { USERNAME_RULE } from '../users/create-user.ts'

const problems: Partial<Record<ProblemCode, string>> = {
  'already-exists': 'The user name or the e-mail address is taken.',
  'last-administrator': 'There must be an enabled administrator, and this is the last one.',
}

const fields: Partial<Record<FieldErrorCode, (limit?: number) => string>> = {
  'too-short': (limit) => (limit ? `is too short: at least ${limit} characters` : 'is too short'),
  'too-long': (limit) => (limit ? `is too long: at most ${limit} characters` : 'is too long'),
  compromised: () => 'is among those attackers try first',
  required: () => 'is missing',
}

/** A failure of an operation in words for a terminal. */
export function problemSentence({ code, message, details: { errors = [] } }: Problem): string {
  if (code !== 'invalid-input') return problems[code] ?? `${message}.`
  return errors
    .map(({ pointer, code, limit }) => {
      const name = pointer.slice(1).replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
      if (name === 'username') return USERNAME_RULE
      return `The ${name} ${fields[code]?.(limit) ?? 'is not valid'}.`
    })
    .join('\n')
}
