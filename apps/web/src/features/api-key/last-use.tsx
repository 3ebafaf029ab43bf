import type { ApiKey } from '@latchkey/contract/api-key'
import { RelativeTime } from '@latchkey/ui/relative-time'
import { m } from '../../messages/api-key.ts'
import { locale } from '../../messages/language.ts'

/** Who would notice that the key is gone. */
export const LastUse = ({ of: { hint, lastUsedAt, lastUsedAddress, lastUsedClient } }: { of: ApiKey }) =>
  lastUsedAt === null ? (
    <p>{m.oldNeverUsed(hint ?? '')}</p>
  ) : (
    <p>
      {m.oldUsed(hint ?? '')} <RelativeTime at={lastUsedAt} locale={locale} />
      {lastUsedAddress && ` ${m.usedFrom(lastUsedAddress)}`}
      {lastUsedClient && ` ${m.usedBy(lastUsedClient)}`}.
    </p>
  )
