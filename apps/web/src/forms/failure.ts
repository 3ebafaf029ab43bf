import { Problem } from '@latchkey/contract/problem'
import { fieldErrorText, problemText } from '../messages/problems.ts'

/** A failed form: what stands under which field, and what stands above the button because no field is to blame. */
export type Failure = { fields: Record<string, string>; general?: unknown }

/** Sentences that say more than the general ones, by field and problem code. */
export type Wording = Record<string, Record<string, string>>

export function failureOf(error: unknown, form: HTMLFormElement, wording: Wording): Failure {
  if (!(error instanceof Problem)) return { fields: {}, general: error }
  const { errors, pointer } = error.details
  const all = errors?.map(({ pointer, code, limit }) => ({ pointer, code, text: fieldErrorText(code, limit) })) ?? [
    { pointer, code: error.code, text: problemText(error) },
  ]

  const fields: Failure['fields'] = {}
  let general: unknown
  for (const { pointer, code, text } of all) {
    const name = pointer?.slice(1)
    if (name && form.elements.namedItem(name)) fields[name] ??= wording[name]?.[code] ?? text
    else general = error
  }
  return general ? { fields, general } : { fields }
}
