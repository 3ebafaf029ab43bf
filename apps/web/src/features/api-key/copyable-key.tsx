import { revealApiKey } from '@latchkey/contract/api-key'
import { copyText } from '@latchkey/ui/copy-text'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useCall } from '../../api/step-up.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/api-key.ts'
import styles from './copyable-key.module.css'
import { KeyInstead } from './key-instead.tsx'

type Outcome = { at: 'copied' } | { at: 'shown'; apiKey: string }

/** Where policy lets the key be had again: one click copies it, and it is only drawn where copying fails. */
export function CopyableKey({ hint }: { hint: string }) {
  const call = useCall()
  const [outcome, setOutcome] = useState<Outcome>()
  const copy = useMutation({
    mutationFn: async () => {
      setOutcome(undefined)
      const { apiKey } = await call(revealApiKey)
      setOutcome((await copyText(apiKey)) ? { at: 'copied' } : { at: 'shown', apiKey })
    },
  })

  if (outcome?.at === 'shown') return <KeyInstead apiKey={outcome.apiKey} onHide={() => setOutcome(undefined)} />
  return (
    <div className={styles.place}>
      <button
        type="button"
        className={styles.key}
        aria-disabled={copy.isPending || undefined}
        onClick={() => !copy.isPending && copy.mutate()}
      >
        <code>{hint.replace('…', '••••••••••••')}</code>
        <span className={styles.hint}>{m.clickToCopy}</span>
      </button>
      <p className={styles.outcome} role="status">
        {outcome ? m.copied : m.obfuscated}
      </p>
      <GeneralProblem problem={copy.error} />
    </div>
  )
}
