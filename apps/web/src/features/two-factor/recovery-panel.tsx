import type { ReplyOf } from '@latchkey/contract/endpoint'
import { renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { StatusMark } from '@latchkey/ui/status-mark'
import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useCall } from '../../api/step-up.ts'
import { moment } from '../../credentials/moment.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/two-factor.ts'

type Props = {
  codes: { setId: string; createdAt: number; total: number; left: number }
  onRenewed: (codes: ReplyOf<typeof renewRecoveryCodes>) => void
  /** somebody came here from signing in with a recovery code for this very thing: the button is pressed for them */
  renewAtOnce: boolean
}

const FEW = 3

/** What is left of the present set, and the way to a new one. */
export function RecoveryPanel({ codes: { setId, createdAt, total, left }, onRenewed, renewAtOnce }: Props) {
  const call = useCall()
  const renew = useMutation({
    // The codes go on, they are not kept as data here. Whoever has none left may just have signed in with the last one,
    // and then there is nothing more to ask for
    mutationFn: async (justProved: boolean) =>
      onRenewed(await call(renewRecoveryCodes, { purpose: 'recovery-codes.renew', justProved })),
  })

  const { mutate } = renew
  useEffect(() => {
    if (renewAtOnce) mutate(true)
  }, [renewAtOnce, mutate])

  return (
    <Panel
      title={m.recoveryPanel}
      purpose={m.recoveryPurpose}
      actions={
        <Button pending={renew.isPending} onClick={() => renew.mutate(left === 0)}>
          {m.generate}
        </Button>
      }
    >
      <Facts
        items={[
          [m.recoverySet, <code key="set">{setId}</code>],
          [m.recoveryMade, moment(createdAt, everywhere.unknown)],
          [
            m.recoveryLeft,
            <StatusMark key="left" tone={left === 0 ? 'bad' : left <= FEW ? 'waiting' : 'good'}>
              {m.left(left, total)}
            </StatusMark>,
          ],
        ]}
      />
      {left <= FEW && <Notice kind={left === 0 ? 'bad' : 'warning'}>{m.fewLeft(left)}</Notice>}
      <GeneralProblem problem={renew.error} />
    </Panel>
  )
}
