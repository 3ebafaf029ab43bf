import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { apiPasswordQuery } from '../../api/api-password.ts'
import { ShownOnce } from '../../credentials/shown-once.tsx'
import { News } from '../../forms/news.tsx'
import { m } from '../../messages/api-password.ts'
import { Overview, type Owner } from './overview.tsx'

type Step = { at: 'overview'; said?: string } | { at: 'new-password'; apiPassword: string }

/** The one API password of an account, or the one moment its successor is visible. */
export function ApiPasswordPanel({ account }: { account: Owner }) {
  const client = useQueryClient()
  const query = useQuery(apiPasswordQuery)
  const [step, setStep] = useState<Step>({ at: 'overview' })
  const refresh = () => client.invalidateQueries(apiPasswordQuery)

  if (step.at === 'new-password')
    return (
      <ShownOnce
        title={m.newTitle}
        label={m.newSecret}
        secret={step.apiPassword}
        note={m.shownOnce}
        saved={m.saved}
        leave={m.leave}
        onDone={() => setStep({ at: 'overview', said: m.inForce })}
      />
    )
  return (
    <>
      {step.said && <News key={step.said}>{step.said}</News>}
      <Overview
        query={query}
        account={account}
        onMade={(apiPassword) => {
          setStep({ at: 'new-password', apiPassword })
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
