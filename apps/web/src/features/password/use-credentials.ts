import { useQuery } from '@tanstack/react-query'
import { apiKeyQuery } from '../../api/api-key.ts'
import { apiPasswordQuery } from '../../api/api-password.ts'
import { downloadsQuery } from '../../api/downloads.ts'

export type Credential = 'api-key' | 'api-password' | 'downloads'

/** What else there is that somebody who knew the password may have made; `isUnknown` when that could not be found out. */
export function useCredentials(): { existing: Credential[]; isUnknown: boolean } {
  const key = useQuery(apiKeyQuery)
  const password = useQuery(apiPasswordQuery)
  const downloads = useQuery(downloadsQuery)
  const existing: Credential[] = []
  if (key.data?.exists) existing.push('api-key')
  if (password.data?.exists) existing.push('api-password')
  if (downloads.data?.length) existing.push('downloads')
  return { existing, isUnknown: key.isLoadingError || password.isLoadingError || downloads.isLoadingError }
}
