import type { ReplyOf } from '@latchkey/contract/endpoint'
import type { getTwoFactor } from '@latchkey/contract/two-factor'
import { Facts } from '@latchkey/ui/facts'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { RelativeTime } from '@latchkey/ui/relative-time'
import { m as everywhere } from '../../messages/everywhere.ts'
import { locale } from '../../messages/language.ts'
import { m } from '../../messages/two-factor.ts'
import { DeactivatePanel } from './deactivate-panel.tsx'
import { StatusLine } from './status-line.tsx'

const moment = (at: number | null, none: string) => (at === null ? none : <RelativeTime at={at} locale={locale} />)

export function ActivePanels({
  state,
  onDeactivated,
}: {
  state: ReplyOf<typeof getTwoFactor>
  onDeactivated: () => void
}) {
  const { since, lastUsedAt, recoveryCodes, required } = state

  return (
    <>
      <Panel title={m.panel} purpose={m.purpose}>
        <StatusLine status="active" />
        <Facts
          items={[
            [m.since, moment(since, everywhere.unknown)],
            [m.lastUsed, moment(lastUsedAt, everywhere.never)],
          ]}
        />
      </Panel>
      {recoveryCodes && (
        <Panel title={m.recoveryPanel} purpose={m.recoveryPurpose}>
          <Facts
            items={[
              [m.recoverySet, <code key="set">{recoveryCodes.setId}</code>],
              [m.recoveryMade, moment(recoveryCodes.createdAt, everywhere.unknown)],
              [m.recoveryLeft, m.left(recoveryCodes.left, recoveryCodes.total)],
            ]}
          />
          {recoveryCodes.left <= 3 && (
            <Notice kind={recoveryCodes.left === 0 ? 'bad' : 'warning'}>{m.fewLeft(recoveryCodes.left)}</Notice>
          )}
        </Panel>
      )}
      <DeactivatePanel required={required} onDeactivated={onDeactivated} />
    </>
  )
}
