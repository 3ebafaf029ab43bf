import { getApiKey } from '@latchkey/contract/api-key'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** What is known about the API key; the key itself is never in a cache. */
export const apiKeyQuery = queryOptions({
  queryKey: ['account', 'api-key'],
  queryFn: ({ signal }) => call(getApiKey, { signal }),
  // a key that is being retired is watched: when it was last used, and when it is gone
  refetchInterval: ({ state }) => (state.data?.retiring ? 60_000 : false),
})
