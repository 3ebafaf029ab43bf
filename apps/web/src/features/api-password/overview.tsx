import { type ApiPassword, revokeApiPassword } from '@latchkey/contract/api-password'
import type { TwoFactorStatus } from '@latchkey/contract/two-factor'
import { Panel } from '@latchkey/ui/panel'
import type { UseQueryResult } from '@tanstack/react-query'
import { Answer } from '../../api/answer.tsx'
import { RevokePanel } from '../../credentials/revoke-panel.tsx'
import { m } from '../../messages/api-password.ts'
import { HowToUse } from './how-to-use.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { WhatBasicTakes } from './what-basic-takes.tsx'

export type Owner = { username: string; twoFactor: TwoFactorStatus }

type Props = {
  query: UseQueryResult<ApiPassword, Error>
  account: Owner
  onMade: (apiPassword: string) => void
  onRevoked: () => Promise<void>
}

/** How things stand, and what can be done about it. */
export function Overview({ query, account, onMade, onRevoked }: Props) {
  if (!query.data)
    return (
      <Panel title={m.panel} purpose={m.purpose}>
        <Answer query={query}>{() => null}</Answer>
      </Panel>
    )
  const { exists, accountPasswordAccepted } = query.data

  return (
    <>
      <PasswordPanel apiPassword={query.data} onMade={onMade}>
        <WhatBasicTakes exists={exists} isAccepted={accountPasswordAccepted} twoFactor={account.twoFactor} />
      </PasswordPanel>
      {exists && (
        <>
          <HowToUse username={account.username} />
          <RevokePanel
            endpoint={revokeApiPassword}
            title={m.revokePanel}
            purpose={m.revokePurpose}
            question={m.revokeTitle}
            consequence={m.revokeWarning}
            yes={m.confirmRevoke}
            onRevoked={onRevoked}
          />
        </>
      )}
    </>
  )
}
