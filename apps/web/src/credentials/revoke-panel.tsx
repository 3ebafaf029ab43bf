import type { revokeApiKey } from '@latchkey/contract/api-key'
import type { revokeApiPassword } from '@latchkey/contract/api-password'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useCall } from '../api/step-up.ts'
import { m } from '../messages/credentials.ts'
import { Question } from './question.tsx'

type Revocation = typeof revokeApiKey | typeof revokeApiPassword

type Props = {
  endpoint: Revocation
  title: string
  purpose: string
  question: string
  consequence: string
  yes: string
  /** settles when the page knows it too */
  onRevoked: () => Promise<void>
}

/** The end of a credential, after a question that says what else ends with it. */
export function RevokePanel({ endpoint, title, purpose, question, consequence, yes, onRevoked }: Props) {
  const call = useCall()
  const [asking, setAsking] = useState(false)
  const revoke = useMutation({ mutationFn: () => call<Revocation>(endpoint), onSuccess: onRevoked })

  const ask = (open: boolean) => {
    revoke.reset()
    setAsking(open)
  }

  return (
    <Panel
      danger
      title={title}
      purpose={purpose}
      actions={
        <Button kind="danger" onClick={() => ask(true)}>
          {m.revoke}
        </Button>
      }
    >
      {asking && (
        <Question
          danger
          title={question}
          yes={yes}
          pending={revoke.isPending}
          problem={revoke.error}
          onYes={() => revoke.mutate()}
          onClose={() => ask(false)}
        >
          <p>{consequence}</p>
        </Question>
      )}
    </Panel>
  )
}
