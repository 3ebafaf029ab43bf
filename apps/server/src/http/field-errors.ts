import type { FieldError } from '@latchkey/contract/problem'
import type { core } from 'zod/mini'

/** What a schema found wrong, as pointers and stable codes. The values stay out of it. */
export function fieldErrors(issues: readonly core.$ZodIssue[], input: unknown, base: PropertyKey[] = []): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const path = [...base, ...issue.path]
    const here = pointer(path)
    switch (issue.code) {
      case 'invalid_type':
        return [{ pointer: here, code: at(input, path) === undefined ? 'required' : 'wrong-type' }]
      case 'too_small':
        return [{ pointer: here, code: 'too-short', limit: Number(issue.minimum) }]
      case 'too_big':
        return [{ pointer: here, code: 'too-long', limit: Number(issue.maximum) }]
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ pointer: pointer([...path, key]), code: 'unknown-member' }))
      case 'invalid_union':
        return fieldErrors(closest(issue.errors), input, path)
      default:
        return [{ pointer: here, code: 'invalid' }]
    }
  })
}

/** Of several forms that do not fit, the one whose members were sent. */
const closest = (forms: core.$ZodIssue[][]): core.$ZodIssue[] =>
  forms.toSorted((a, b) => strangeness(a) - strangeness(b))[0] ?? []

const strangeness = (issues: core.$ZodIssue[]) =>
  issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? 2 : 1), 0)

/** RFC 6901 section 3. */
const pointer = (path: PropertyKey[]) =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

const at = (input: unknown, path: PropertyKey[]): unknown =>
  path.reduce((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], input)
