import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { apiKeyQuery } from '../../api/api-key.ts'
import { ShownOnce } from '../../credentials/shown-once.tsx'
import { News } from '../../forms/news.tsx'
import { m } from '../../messages/api-key.ts'
import { Overview } from './overview.tsx'

type Step = { at: 'overview'; said?: string } | { at: 'new-key'; apiKey: string }

/** The one API key of an account, or the one moment its successor is visible. */
export function ApiKeyPanel({ isReadOnly }: { isReadOnly: boolean }) {
  const client = useQueryClient()
  const query = useQuery(apiKeyQuery)
  const [step, setStep] = useState<Step>({ at: 'overview' })
  const refresh = () => client.invalidateQueries(apiKeyQuery)

  if (step.at === 'new-key') {
    const canBeCopiedLater = query.data?.copyable === true
    return (
      <ShownOnce
        title={m.newTitle}
        label={m.newSecret}
        secret={step.apiKey}
        note={canBeCopiedLater ? m.copyableLater : m.shownOnce}
        saved={m.saved}
        leave={canBeCopiedLater ? undefined : m.leave}
        onDone={() => setStep({ at: 'overview', said: m.inForce })}
      />
    )
  }
  return (
    <>
      {step.said && <News key={step.said}>{step.said}</News>}
      <Overview
        query={query}
        isReadOnly={isReadOnly}
        onMade={(apiKey) => {
          setStep({ at: 'new-key', apiKey })
          void refresh()
        }}
        onRevoked={async () => {
          await refresh()
          setStep({ at: 'overview', said: m.revoked })
        }}
      />
    </>
  )
}
