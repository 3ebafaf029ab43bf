import { getSetup } from '@latchkey/contract/setup'
import { queryOptions } from '@tanstack/react-query'
import { call } from './call.ts'

/** Whether the server still waits for its first administrator. */
export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call(getSetup, { signal }),
})
