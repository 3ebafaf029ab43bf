import { type ApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { Panel } from '@latchkey/ui/panel'
import type { UseQueryResult } from '@tanstack/react-query'
import { Answer } from '../../api/answer.tsx'
import { RevokePanel } from '../../credentials/revoke-panel.tsx'
import { m } from '../../messages/api-key.ts'
import { HowToUse } from './how-to-use.tsx'
import { KeyPanel } from './key-panel.tsx'
import { NoKeyPanel } from './no-key-panel.tsx'
import { RetiringPanel } from './retiring-panel.tsx'

type Props = {
  query: UseQueryResult<ApiKey, Error>
  isReadOnly: boolean
  onMade: (apiKey: string) => void
  onRevoked: () => Promise<void>
}

/** How things stand, and what can be done about it. */
export function Overview({ query, isReadOnly, onMade, onRevoked }: Props) {
  const purpose = isReadOnly ? m.purposeReadOnly : m.purpose
  if (!query.data)
    return (
      <Panel title={m.panel} purpose={purpose}>
        <Answer query={query}>{() => null}</Answer>
      </Panel>
    )
  const { exists, retiring } = query.data
  if (!exists && !retiring) return <NoKeyPanel purpose={purpose} onMade={onMade} />

  return (
    <>
      {exists ? (
        <KeyPanel apiKey={query.data} purpose={purpose} onMade={onMade} />
      ) : (
        <NoKeyPanel purpose={purpose} onMade={onMade} />
      )}
      {retiring && <RetiringPanel {...retiring} />}
      <HowToUse />
      <RevokePanel
        endpoint={revokeApiKey}
        title={m.revokePanel}
        purpose={m.revokePurpose}
        question={m.revokeTitle}
        consequence={retiring ? m.revokeBoth : m.revokeWarning}
        yes={m.confirmRevoke}
        onRevoked={onRevoked}
      />
    </>
  )
}
