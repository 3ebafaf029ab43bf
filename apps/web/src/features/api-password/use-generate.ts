import { generateApiPassword } from '@latchkey/contract/api-password'
import { useMutation } from '@tanstack/react-query'
import { useCall } from '../../api/step-up.ts'

/** A new API password. It goes on to whoever shows it and is not kept as data here. */
export function useGenerate(onMade: (apiPassword: string) => void) {
  const call = useCall()
  return useMutation({ mutationFn: async () => onMade((await call(generateApiPassword)).apiPassword) })
}
