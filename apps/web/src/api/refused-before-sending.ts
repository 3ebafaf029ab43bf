import { type FieldError, type FieldErrorCode, Problem } from '@latchkey/contract/problem'
import type * as z from 'zod/mini'

type Issue = z.core.$ZodIssue

/** What the server would have answered to a body that does not fit its schema, without asking it. */
export function refusedBeforeSending(issues: readonly Issue[], body: unknown): Problem {
  const errors = issues
    .flatMap((issue) => (issue.code === 'invalid_union' ? ofMeantBranch(issue.errors.flat(), body) : issue))
    .map(fieldError)
  return new Problem('invalid-input', { errors })
}

/** Of a body with several shapes, only the complaints about what was actually filled in. */
const ofMeantBranch = (issues: Issue[], body: unknown) =>
  issues.filter(
    ({ path: [first] }) => typeof body === 'object' && body !== null && first !== undefined && first in body,
  )

const fieldError = (issue: Issue): FieldError => ({ pointer: `/${issue.path.join('/')}`, code: codeOf(issue) })

function codeOf(issue: Issue): FieldErrorCode {
  if (issue.code === 'too_small') return issue.minimum === 1 ? 'required' : 'too-short'
  if (issue.code === 'too_big') return 'too-long'
  if (issue.input === '') return 'required'
  return 'invalid'
}
