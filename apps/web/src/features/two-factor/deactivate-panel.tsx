import { deactivateTwoFactor } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/two-factor.ts'
import { useChange } from './use-change.ts'

export function DeactivatePanel({ required, onDeactivated }: { required: boolean; onDeactivated: () => void }) {
  const deactivate = useChange(deactivateTwoFactor, onDeactivated, 'two-factor.deactivate')

  return (
    <Panel
      danger={!required}
      title={m.deactivatePanel}
      purpose={required ? m.cannotDeactivate : m.deactivatePurpose}
      actions={
        <Button kind="danger" disabled={required} pending={deactivate.isPending} onClick={() => deactivate.mutate()}>
          {m.deactivate}
        </Button>
      }
    >
      <GeneralProblem problem={deactivate.error} />
    </Panel>
  )
}
