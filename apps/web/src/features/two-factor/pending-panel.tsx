import { Panel } from '@latchkey/ui/panel'
import { m } from '../../messages/two-factor.ts'
import { StatusLine } from './status-line.tsx'

export const PendingPanel = ({ required }: { required: boolean }) => (
  <Panel title={m.panel} purpose={m.purpose}>
    <StatusLine status="pending" />
    <p>
      {m.pendingMeans} {required && m.required}
    </p>
  </Panel>
)
