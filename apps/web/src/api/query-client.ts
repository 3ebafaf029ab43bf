import { hashKey, MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { accountQuery } from './account.ts'
import { isProblem } from './is-problem.ts'

export function createQueryClient(): QueryClient {
  // Whoever is told to sign in first makes the app ask again who is signed in; the settings shell acts on the answer.
  const onError = (error: Error) => {
    if (isProblem(error, 'not-signed-in')) void client.invalidateQueries({ ...accountQuery, exact: true })
  }
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryHash !== hashKey(accountQuery.queryKey)) onError(error)
      },
    }),
    mutationCache: new MutationCache({ onError }),
    // A failure is shown at once, with a button to try again: an offline page that only spins says nothing.
    defaultOptions: {
      queries: { retry: false, networkMode: 'always' },
      mutations: { networkMode: 'always', gcTime: 0 },
    },
  })
  return client
}
