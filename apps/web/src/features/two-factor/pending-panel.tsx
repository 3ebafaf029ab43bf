import type { ApiPassword } from '@latchkey/contract/api-password'
import { cancelSetUp } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { Panel } from '@latchkey/ui/panel'
import { moment } from '../../credentials/moment.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/two-factor.ts'
import { EndsApiPassword } from './ends-api-password.tsx'
import { RefusesBasic } from './refuses-basic.tsx'
import { StatusLine } from './status-line.tsx'
import { type NewSecret, useBegin } from './use-begin.ts'
import { useChange } from './use-change.ts'

type Props = {
  required: boolean
  since: number | null
  apiPassword: ApiPassword | undefined
  onBegun: (secret: NewSecret) => void
  onCancelled: () => void
}

export function PendingPanel({ required, since, apiPassword, onBegun, onCancelled }: Props) {
  const begin = useBegin(onBegun)
  const cancel = useChange(cancelSetUp, onCancelled)

  return (
    <Panel
      title={m.panel}
      purpose={m.purpose}
      actions={
        <>
          {!required && (
            <Button pending={cancel.isPending} onClick={() => cancel.mutate()}>
              {everywhere.cancel}
            </Button>
          )}
          <Button kind="primary" pending={begin.isPending} onClick={() => begin.mutate()}>
            {m.use}
          </Button>
        </>
      }
    >
      <StatusLine status="pending" />
      <p>
        {m.pendingMeans} {m.pendingNow}
      </p>
      {apiPassword?.exists === false && <RefusesBasic how={m.pendingNeedsOne} andThen={m.lastsUntilSetUp} />}
      {since !== null && <Facts items={[[m.pendingSince, moment(since, everywhere.unknown)]]} />}
      {required && <p>{m.required}</p>}
      {apiPassword?.exists && <EndsApiPassword how={m.willEndApiPassword} />}
      <GeneralProblem problem={begin.error ?? cancel.error} />
    </Panel>
  )
}
