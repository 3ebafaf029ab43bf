import { deactivateTwoFactor } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { useMutation } from '@tanstack/react-query'
import { useCall } from '../../api/step-up.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/two-factor.ts'

export function DeactivatePanel({ required, onDeactivated }: { required: boolean; onDeactivated: () => void }) {
  const call = useCall()
  const deactivate = useMutation({
    mutationFn: () => call(deactivateTwoFactor, { purpose: 'two-factor.deactivate' }),
    onSuccess: onDeactivated,
  })

  return (
    <Panel
      danger
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
