import type { ReplyOf } from '@latchkey/contract/endpoint'
import type { beginAuthenticator, getTwoFactor } from '@latchkey/contract/two-factor'
import { Panel } from '@latchkey/ui/panel'
import type { UseQueryResult } from '@tanstack/react-query'
import { Answer } from '../../api/answer.tsx'
import { m } from '../../messages/two-factor.ts'
import { ActivePanels } from './active-panels.tsx'
import { DisabledPanel } from './disabled-panel.tsx'
import { PendingPanel } from './pending-panel.tsx'

type Props = {
  query: UseQueryResult<ReplyOf<typeof getTwoFactor>, Error>
  onBegun: (candidate: ReplyOf<typeof beginAuthenticator>) => void
  onDeactivated: () => void
}

/** How things stand, and what can be done about it. */
export function Overview({ query, onBegun, onDeactivated }: Props) {
  if (!query.data)
    return (
      <Panel title={m.panel} purpose={m.purpose}>
        <Answer query={query}>{() => null}</Answer>
      </Panel>
    )
  switch (query.data.status) {
    case 'disabled':
      return <DisabledPanel onBegun={onBegun} />
    case 'pending':
      return <PendingPanel required={query.data.required} />
    case 'active':
      return <ActivePanels state={query.data} onDeactivated={onDeactivated} />
  }
}
