import { useQuery } from '@tanstack/react-query'
import { apiKeyQuery } from '../../api/api-key.ts'
import { apiPasswordQuery } from '../../api/api-password.ts'

export type Credential = 'api-key' | 'api-password'

/** What else there is that somebody who knew the password may have made; `isUnknown` when that could not be found out. */
export function useCredentials(): { existing: Credential[]; isUnknown: boolean } {
  const key = useQuery(apiKeyQuery)
  const password = useQuery(apiPasswordQuery)
  const existing: Credential[] = []
  if (key.data?.exists) existing.push('api-key')
  if (password.data?.exists) existing.push('api-password')
  return { existing, isUnknown: key.isLoadingError || password.isLoadingError }
}
