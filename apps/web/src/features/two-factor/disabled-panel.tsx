import type { ReplyOf } from '@latchkey/contract/endpoint'
import { beginAuthenticator } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { useMutation } from '@tanstack/react-query'
import { useCall } from '../../api/step-up.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/two-factor.ts'
import { StatusLine } from './status-line.tsx'

export function DisabledPanel({ onBegun }: { onBegun: (candidate: ReplyOf<typeof beginAuthenticator>) => void }) {
  const call = useCall()
  const begin = useMutation({
    mutationFn: async () => onBegun(await call(beginAuthenticator)), // the secret goes on, it is not kept as data here
  })

  return (
    <Panel
      title={m.panel}
      purpose={m.purpose}
      actions={
        <Button kind="primary" pending={begin.isPending} onClick={() => begin.mutate()}>
          {m.use}
        </Button>
      }
    >
      <StatusLine status="disabled" />
      <p>
        {m.disabledMeans} {m.apps}
      </p>
      <GeneralProblem problem={begin.error} />
    </Panel>
  )
}
