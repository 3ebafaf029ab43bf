import { resetSecret, type TwoFactorStatus } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/two-factor.ts'
import { useChange } from './use-change.ts'

export function ResetPanel({ status, onReset }: { status: TwoFactorStatus; onReset: () => void }) {
  const reset = useChange(resetSecret, onReset, 'two-factor.reset')

  return (
    <Panel
      danger={status === 'active'}
      title={m.resetPanel}
      purpose={status === 'active' ? m.resetPurpose : m.cannotReset[status]}
      actions={
        <Button kind="danger" disabled={status !== 'active'} pending={reset.isPending} onClick={() => reset.mutate()}>
          {m.reset}
        </Button>
      }
    >
      <GeneralProblem problem={reset.error} />
    </Panel>
  )
}
