import type { ApiKey } from '@latchkey/contract/api-key'
import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { Panel } from '@latchkey/ui/panel'
import { useState } from 'react'
import { ApiDocumentation } from '../../credentials/api-documentation.tsx'
import { CredentialStatus } from '../../credentials/credential-status.tsx'
import { moment } from '../../credentials/moment.tsx'
import { m } from '../../messages/api-key.ts'
import { m as credentials } from '../../messages/credentials.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { CopyableKey } from './copyable-key.tsx'
import { ReplaceDialog } from './replace-dialog.tsx'

type Props = { apiKey: ApiKey; purpose: string; onMade: (apiKey: string) => void }

/** Everything about the key but the key. */
export function KeyPanel({ apiKey, purpose, onMade }: Props) {
  const [replacing, setReplacing] = useState(false)
  const { hint, createdAt, expiresAt, lastUsedAt, lastUsedAddress, lastUsedClient, copyable } = apiKey

  return (
    <Panel title={m.panel} purpose={purpose} actions={<Button onClick={() => setReplacing(true)}>{m.generate}</Button>}>
      <CredentialStatus expiresAt={expiresAt} />
      {copyable && <CopyableKey hint={hint ?? ''} />}
      <Facts
        items={[
          ...(copyable ? [] : [[m.key, <code key="hint">{hint}</code>] as const]),
          [credentials.made, moment(createdAt, everywhere.unknown)],
          [credentials.expires, moment(expiresAt, credentials.doesNotExpire)],
          [credentials.lastUsed, moment(lastUsedAt, credentials.neverUsed)],
          ...(lastUsedAt === null
            ? []
            : ([
                [m.from, lastUsedAddress ?? everywhere.unknown],
                [m.by, lastUsedClient ?? everywhere.unknown],
              ] as const)),
        ]}
      />
      <ApiDocumentation />
      {replacing && <ReplaceDialog old={apiKey} onMade={onMade} onClose={() => setReplacing(false)} />}
    </Panel>
  )
}
