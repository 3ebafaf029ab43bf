import type { ApiPassword } from '@latchkey/contract/api-password'
import { setUpLater } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m as enrolment } from '../../messages/enrolment.ts'
import { m } from '../../messages/two-factor.ts'
import { EndsApiPassword } from './ends-api-password.tsx'
import { RefusesBasic } from './refuses-basic.tsx'
import { StatusLine } from './status-line.tsx'
import { type NewSecret, useBegin } from './use-begin.ts'
import { useChange } from './use-change.ts'

type Props = {
  apiPassword: ApiPassword | undefined
  onBegun: (secret: NewSecret) => void
  onPending: () => void
}

export function DisabledPanel({ apiPassword, onBegun, onPending }: Props) {
  const begin = useBegin(onBegun)
  const later = useChange(setUpLater, onPending)

  return (
    <Panel
      title={m.panel}
      purpose={m.purpose}
      actions={
        <>
          <Button pending={later.isPending} onClick={() => later.mutate()}>
            {m.setUpLater}
          </Button>
          <Button kind="primary" pending={begin.isPending} onClick={() => begin.mutate()}>
            {m.use}
          </Button>
        </>
      }
    >
      <StatusLine status="disabled" />
      <p>
        {m.disabledMeans} {enrolment.apps}
      </p>
      {apiPassword?.accountPasswordAccepted && <RefusesBasic how={m.willRefuseBasic} />}
      {apiPassword?.exists && <EndsApiPassword how={m.willEndApiPassword} />}
      <GeneralProblem problem={begin.error ?? later.error} />
    </Panel>
  )
}
