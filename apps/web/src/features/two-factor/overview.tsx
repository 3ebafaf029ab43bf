import type { ApiPassword } from '@latchkey/contract/api-password'
import type { ReplyOf } from '@latchkey/contract/endpoint'
import type { renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import type { getTwoFactor } from '@latchkey/contract/two-factor'
import { Panel } from '@latchkey/ui/panel'
import type { UseQueryResult } from '@tanstack/react-query'
import { Answer } from '../../api/answer.tsx'
import { m } from '../../messages/two-factor.ts'
import { AuthenticatorPanel } from './authenticator-panel.tsx'
import { DeactivatePanel } from './deactivate-panel.tsx'
import { DisabledPanel } from './disabled-panel.tsx'
import { PendingPanel } from './pending-panel.tsx'
import { RecoveryPanel } from './recovery-panel.tsx'
import { ResetPanel } from './reset-panel.tsx'
import type { NewSecret } from './use-begin.ts'

type Props = {
  query: UseQueryResult<ReplyOf<typeof getTwoFactor>, Error>
  renewAtOnce: boolean
  /** some changes end it, others make it needful or needless */
  apiPassword: ApiPassword | undefined
  onBegun: (secret: NewSecret) => void
  onRenewed: (codes: ReplyOf<typeof renewRecoveryCodes>) => void
  /** something was changed at a press of a button, with the sentence that says so */
  onChanged: (said: string) => void
}

/** How things stand, and what can be done about it. */
export function Overview({ query, renewAtOnce, apiPassword, onBegun, onRenewed, onChanged }: Props) {
  if (!query.data)
    return (
      <Panel title={m.panel} purpose={m.purpose}>
        <Answer query={query}>{() => null}</Answer>
      </Panel>
    )
  const hasApiPassword = apiPassword?.exists === true
  const { status, required, since, lastUsedAt, recoveryCodes } = query.data

  return (
    <>
      {status === 'disabled' && (
        <DisabledPanel apiPassword={apiPassword} onBegun={onBegun} onPending={() => onChanged(m.nowPending)} />
      )}
      {status === 'pending' && (
        <PendingPanel
          required={required}
          since={since}
          apiPassword={apiPassword}
          onBegun={onBegun}
          onCancelled={() => onChanged(m.cancelled)}
        />
      )}
      {status === 'active' && <AuthenticatorPanel since={since} lastUsedAt={lastUsedAt} onBegun={onBegun} />}
      {recoveryCodes && <RecoveryPanel codes={recoveryCodes} onRenewed={onRenewed} renewAtOnce={renewAtOnce} />}
      <ResetPanel
        status={status}
        hasApiPassword={hasApiPassword}
        onReset={() => onChanged(hasApiPassword ? `${m.resetDone} ${m.apiPasswordEnded}` : m.resetDone)}
      />
      {status === 'active' && (
        <DeactivatePanel
          required={required}
          hasApiPassword={hasApiPassword}
          onDeactivated={() => onChanged(m.deactivated)}
        />
      )}
    </>
  )
}
