import { getPasswordRules } from '@latchkey/contract/password'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/call.ts'

export const passwordRulesQuery = queryOptions({
  queryKey: ['password-rules'],
  queryFn: ({ signal }) => call(getPasswordRules, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
