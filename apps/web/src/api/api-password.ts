import { getApiPassword } from '@latchkey/contract/api-password'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** What is known about the API password, and what HTTP Basic takes now; the password itself is never in a cache. */
export const apiPasswordQuery = queryOptions({
  queryKey: ['account', 'api-password'],
  queryFn: ({ signal }) => call(getApiPassword, { signal }),
})
