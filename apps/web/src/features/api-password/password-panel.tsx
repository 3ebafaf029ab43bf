import type { ApiPassword } from '@latchkey/contract/api-password'
import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { Panel } from '@latchkey/ui/panel'
import { StatusMark } from '@latchkey/ui/status-mark'
import { type ReactNode, useState } from 'react'
import { ApiDocumentation } from '../../credentials/api-documentation.tsx'
import { CredentialStatus } from '../../credentials/credential-status.tsx'
import { moment } from '../../credentials/moment.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { m } from '../../messages/api-password.ts'
import { m as credentials } from '../../messages/credentials.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { ReplaceDialog } from './replace-dialog.tsx'
import { useGenerate } from './use-generate.ts'

type Props = {
  apiPassword: ApiPassword
  onMade: (apiPassword: string) => void
  /** what HTTP Basic takes now */
  children: ReactNode
}

/** Everything about the API password but the password. The first one replaces nothing, so nothing is asked. */
export function PasswordPanel({ apiPassword, onMade, children }: Props) {
  const [replacing, setReplacing] = useState(false)
  const first = useGenerate(onMade)
  const { exists, createdAt, expiresAt, lastUsedAt } = apiPassword

  return (
    <Panel
      title={m.panel}
      purpose={m.purpose}
      actions={
        <Button
          kind={exists ? 'plain' : 'primary'}
          pending={first.isPending}
          onClick={() => (exists ? setReplacing(true) : first.mutate())}
        >
          {m.generate}
        </Button>
      }
    >
      {exists ? (
        <>
          <CredentialStatus expiresAt={expiresAt} />
          <Facts
            items={[
              [credentials.made, moment(createdAt, everywhere.unknown)],
              [credentials.expires, moment(expiresAt, credentials.doesNotExpire)],
              [credentials.lastUsed, moment(lastUsedAt, credentials.neverUsed)],
            ]}
          />
        </>
      ) : (
        <p>
          {credentials.status} <StatusMark tone="quiet">{credentials.none}</StatusMark>
        </p>
      )}
      {children}
      <ApiDocumentation />
      <GeneralProblem problem={first.error} />
      {replacing && <ReplaceDialog lastUsedAt={lastUsedAt} onMade={onMade} onClose={() => setReplacing(false)} />}
    </Panel>
  )
}
