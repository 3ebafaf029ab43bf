import { deactivateTwoFactor } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/two-factor.ts'
import { useChange } from './use-change.ts'

type Props = { required: boolean; hasApiPassword: boolean; onDeactivated: () => void }

export function DeactivatePanel({ required, hasApiPassword, onDeactivated }: Props) {
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
      {hasApiPassword && !required && <p>{m.apiPasswordStays}</p>}
      <GeneralProblem problem={deactivate.error} />
    </Panel>
  )
}
