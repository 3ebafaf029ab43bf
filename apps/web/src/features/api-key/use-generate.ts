import { generateApiKey, type Overlap } from '@latchkey/contract/api-key'
import { useMutation } from '@tanstack/react-query'
import { useCall } from '../../api/step-up.ts'

/** A new key, at once or with an overlap. It goes on to whoever shows it and is not kept as data here. */
export function useGenerate(onMade: (apiKey: string) => void) {
  const call = useCall()
  return useMutation({
    mutationFn: async (overlap: Overlap) => onMade((await call(generateApiKey, { body: { overlap } })).apiKey),
  })
}
