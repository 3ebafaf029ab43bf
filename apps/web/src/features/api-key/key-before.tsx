import type { ApiKey } from '@latchkey/contract/api-key'
import { useNow } from '@latchkey/ui/use-now'
import { moment } from '../../credentials/moment.tsx'
import { m } from '../../messages/api-key.ts'
import { durationInWords } from '../../messages/duration.ts'

/** Only one key works on beside a new one: whatever is chosen for the old key, the one before it is over. */
export const KeyBefore = ({ hint, until, lastUsedAt }: NonNullable<ApiKey['retiring']>) => (
  <p>
    {m.keyBefore} <code>{hint}</code> ({m.timeLeft(durationInWords(until - useNow()))},{' '}
    {lastUsedAt === null ? m.neverUsed : `${m.lastUsed} `}
    {moment(lastUsedAt, '')}), {m.stopsAtOnce}
  </p>
)
