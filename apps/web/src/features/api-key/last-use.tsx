import type { ApiKey } from '@latchkey/contract/api-key'
import { moment } from '../../credentials/moment.tsx'
import { m } from '../../messages/api-key.ts'
import { m as credentials } from '../../messages/credentials.ts'

/** Who would notice that the key is gone. */
export const LastUse = ({ of: { hint, lastUsedAt, lastUsedAddress, lastUsedClient } }: { of: ApiKey }) => (
  <p>
    {m.oldKey} <code>{hint}</code>
    <br />
    {lastUsedAt === null ? m.oldNeverUsed : `${credentials.lastUsed}: `}
    {moment(lastUsedAt, '')}
    {lastUsedAddress && `, ${m.usedFrom(lastUsedAddress)}`}
    {lastUsedClient && `, ${m.usedBy(lastUsedClient)}`}
  </p>
)
