import { Problem, type ProblemCode, problems } from '@latchkey/contract/problem'

/** Failures as they travel, each once: the operations refer to it by its code. */
export const problemExamples = (codes: ProblemCode[]) =>
  Object.fromEntries(
    codes.map((code) => [
      code,
      { summary: problems[code].title, value: new Problem(code).toBody('0b9c1c5e-6f1d-4a57-9d59-1f6f0c7e2b11') },
    ]),
  )

export const examplesOf = (codes: ProblemCode[]) =>
  Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }]))
