import { getAccount } from '@latchkey/contract/profile'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** Who is signed in. Every query about this account has a key that begins like this one. Its failure with `not-signed-in` is how the app learns that nobody is. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call(getAccount, { signal }),
  staleTime: 10_000,
})
