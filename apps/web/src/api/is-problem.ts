import { Problem, type ProblemCode } from '@latchkey/contract/problem'

export const isProblem = (error: unknown, code: ProblemCode): error is Problem =>
  error instanceof Problem && error.code === code
