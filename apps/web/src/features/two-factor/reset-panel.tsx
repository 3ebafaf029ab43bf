import { resetSecret, type TwoFactorStatus } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/two-factor.ts'
import { EndsApiPassword } from './ends-api-password.tsx'
import { useChange } from './use-change.ts'

type Props = { status: TwoFactorStatus; hasApiPassword: boolean; onReset: () => void }

export function ResetPanel({ status, hasApiPassword, onReset }: Props) {
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
      {hasApiPassword && status === 'active' && <EndsApiPassword how={m.resetEndsApiPassword} />}
      <GeneralProblem problem={reset.error} />
    </Panel>
  )
}
