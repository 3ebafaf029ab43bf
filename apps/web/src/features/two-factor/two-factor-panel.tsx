import type { TwoFactorStatus } from '@latchkey/contract/two-factor'
import { Notice } from '@latchkey/ui/notice'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ComponentProps, useRef, useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { apiPasswordQuery } from '../../api/api-password.ts'
import { type RecoveryCodes, recoveryCodesFor } from '../../enrolment/recovery-codes.ts'
import { m as enrolment } from '../../messages/enrolment.ts'
import { m } from '../../messages/two-factor.ts'
import { Overview } from './overview.tsx'
import { twoFactorQuery } from './queries.ts'
import { RecoveryCodesStep } from './recovery-codes-step.tsx'
import { RenewalStep } from './renewal-step.tsx'
import { ScanStep } from './scan-step.tsx'
import styles from './two-factor-panel.module.css'
import type { NewSecret } from './use-begin.ts'

type Said = { kind: ComponentProps<typeof Notice>['kind']; text: string }
type Step =
  | { at: 'overview'; said?: Said }
  | { at: 'scan'; secret: NewSecret; from: TwoFactorStatus }
  | { at: 'recovery-codes'; codes: RecoveryCodes; signedOut: boolean; from: TwoFactorStatus }
  | { at: 'renewal'; codes: RecoveryCodes }

type Props = {
  username: string
  /** somebody came here for new recovery codes */
  renewAtOnce: boolean
  hold: (held: boolean) => void
  onSignInAgain: () => void
}

/** The state of the second factor, or the way to another one. One step at a time, each a state of its own. */
export function TwoFactorPanel({ username, renewAtOnce, hold, onSignInAgain }: Props) {
  const client = useQueryClient()
  const place = useRef<HTMLElement>(null)
  const [step, setStep] = useState<Step>({ at: 'overview' })
  /** whether anything was begun since the page was opened: what was asked for at the start is not asked for again */
  const [isFresh, setFresh] = useState(true)
  const query = useQuery({ ...twoFactorQuery, enabled: step.at === 'overview' })
  /** as it was before the step one is at: the server ends it with some of them */
  const apiPassword = useQuery({ ...apiPasswordQuery, enabled: step.at === 'overview' }).data

  /** What had the focus is gone with the step before, so the new step gets it. */
  const go = (next: Step) => {
    setStep(next)
    setFresh(false)
    place.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }

  const overview = (said?: Said) => {
    // What was known before a change is not shown again, not even for a moment.
    if (said) for (const { queryKey } of [twoFactorQuery, apiPasswordQuery]) void client.resetQueries({ queryKey })
    void client.invalidateQueries({ ...accountQuery, exact: true })
    go(said ? { at: 'overview', said } : { at: 'overview' })
  }
  const done = (text: string) => overview({ kind: 'good', text })

  return (
    <section ref={place} className={styles.place} aria-label={m.title} tabIndex={-1}>
      {step.at === 'overview' && (
        <>
          {step.said && <Notice kind={step.said.kind}>{step.said.text}</Notice>}
          <Overview
            query={query}
            renewAtOnce={renewAtOnce && isFresh}
            apiPassword={apiPassword}
            onBegun={(secret) => go({ at: 'scan', secret, from: query.data?.status ?? 'disabled' })}
            onRenewed={({ recoveryCodes, recoverySetId }) =>
              go({ at: 'renewal', codes: recoveryCodesFor(username, recoverySetId, recoveryCodes) })
            }
            onChanged={done}
          />
        </>
      )}
      {step.at === 'scan' && (
        <ScanStep
          secret={step.secret}
          from={step.from}
          hold={hold}
          onCancel={() => overview()}
          onExpired={() => overview({ kind: 'warning', text: m.expired })}
          onValidated={({ recoveryCodes, recoverySetId, signedOut }) => {
            // the codes of the app that was replaced stay
            if (!recoveryCodes || !recoverySetId) return done(m.replaced)
            go({
              at: 'recovery-codes',
              codes: recoveryCodesFor(username, recoverySetId, recoveryCodes),
              signedOut,
              from: step.from,
            })
          }}
        />
      )}
      {step.at === 'recovery-codes' && (
        <RecoveryCodesStep
          codes={step.codes}
          signedOut={step.signedOut}
          // While Pending, programs were refused already; without another password to send they still are
          endedBasic={
            step.from === 'pending' ? apiPassword?.exists === false : apiPassword?.accountPasswordAccepted === true
          }
          endedApiPassword={apiPassword?.exists === true}
          onDone={step.signedOut ? onSignInAgain : () => done(enrolment.nowActive)}
        />
      )}
      {step.at === 'renewal' && (
        <RenewalStep
          codes={step.codes}
          onInForce={() => done(m.renewed(step.codes.setId))}
          onCancel={() => overview({ kind: 'info', text: m.renewalCancelled(query.data?.recoveryCodes?.left ?? 0) })}
          onExpired={() => overview({ kind: 'warning', text: m.renewalExpired })}
        />
      )}
    </section>
  )
}
