import type { ReplyOf } from '@latchkey/contract/endpoint'
import { beginAuthenticator } from '@latchkey/contract/two-factor'
import { useMutation } from '@tanstack/react-query'
import { useCall } from '../../api/step-up.ts'

export type NewSecret = ReplyOf<typeof beginAuthenticator>

/** Asks for a new secret: the first one, or one to take the place of the authenticator in use. */
export function useBegin(onBegun: (secret: NewSecret) => void, purpose?: 'two-factor.replace') {
  const call = useCall()
  return useMutation({
    // the secret goes on, it is not kept as data here
    mutationFn: async () => onBegun(await call(beginAuthenticator, purpose && { purpose })),
  })
}
