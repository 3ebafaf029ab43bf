import { listDownloads } from '@latchkey/contract/downloads'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/call.ts'

export const downloadsQuery = queryOptions({
  queryKey: ['account', 'downloads'],
  queryFn: ({ signal }) => call(listDownloads, { signal }),
})
