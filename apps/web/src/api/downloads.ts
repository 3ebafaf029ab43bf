import { listDownloads } from '@latchkey/contract/downloads'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** The download links that still work; their addresses are never in a cache. */
export const downloadsQuery = queryOptions({
  queryKey: ['account', 'downloads'],
  queryFn: ({ signal }) => call(listDownloads, { signal }),
})
