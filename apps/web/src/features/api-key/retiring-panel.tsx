import type { ApiKey } from '@latchkey/contract/api-key'
import { Facts } from '@latchkey/ui/facts'
import { Panel } from '@latchkey/ui/panel'
import { useNow } from '@latchkey/ui/use-now'
import { moment } from '../../credentials/moment.tsx'
import { m } from '../../messages/api-key.ts'
import { m as credentials } from '../../messages/credentials.ts'
import { durationInWords } from '../../messages/duration.ts'
import { locale } from '../../messages/language.ts'

/** The key before, for as long as it works beside the new one. */
export function RetiringPanel({ hint, until, lastUsedAt }: NonNullable<ApiKey['retiring']>) {
  const left = until - useNow()
  const end = new Date(until).toLocaleString(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })

  return (
    <Panel title={m.retiring} purpose={m.retiringPurpose}>
      <Facts
        items={[
          [m.key, <code key="hint">{hint}</code>],
          [m.worksUntil, `${end} – ${m.timeLeft(durationInWords(left))}`],
          [credentials.lastUsed, moment(lastUsedAt, credentials.neverUsed)],
        ]}
      />
    </Panel>
  )
}
