import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { Panel } from '@latchkey/ui/panel'
import { moment } from '../../credentials/moment.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/two-factor.ts'
import { StatusLine } from './status-line.tsx'
import { type NewSecret, useBegin } from './use-begin.ts'

type Props = { since: number | null; lastUsedAt: number | null; onBegun: (secret: NewSecret) => void }

/** The app in use, and the way to another one. */
export function AuthenticatorPanel({ since, lastUsedAt, onBegun }: Props) {
  const replace = useBegin(onBegun, 'two-factor.replace')

  return (
    <Panel
      title={m.panel}
      purpose={m.purpose}
      actions={
        <Button pending={replace.isPending} onClick={() => replace.mutate()}>
          {m.replace}
        </Button>
      }
    >
      <StatusLine status="active" />
      <Facts
        items={[
          [m.since, moment(since, everywhere.unknown)],
          [m.lastUsed, moment(lastUsedAt, everywhere.never)],
        ]}
      />
      <GeneralProblem problem={replace.error} />
    </Panel>
  )
}
