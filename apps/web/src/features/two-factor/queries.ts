import { getTwoFactor } from '@latchkey/contract/two-factor'
import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/call.ts'

export const twoFactorQuery = queryOptions({
  queryKey: ['account', 'two-factor'],
  queryFn: ({ signal }) => call(getTwoFactor, { signal }),
})
