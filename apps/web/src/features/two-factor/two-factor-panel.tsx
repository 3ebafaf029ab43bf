import type { ReplyOf } from '@latchkey/contract/endpoint'
import type { beginAuthenticator } from '@latchkey/contract/two-factor'
import { Notice } from '@latchkey/ui/notice'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { m } from '../../messages/two-factor.ts'
import { Overview } from './overview.tsx'
import { twoFactorQuery } from './queries.ts'
import { RecoveryCodesStep } from './recovery-codes-step.tsx'
import type { RecoveryCodes } from './recovery-codes-text.ts'
import { ScanStep } from './scan-step.tsx'
import styles from './two-factor-panel.module.css'

type Step =
  | { at: 'overview'; said?: string }
  | { at: 'scan'; candidate: ReplyOf<typeof beginAuthenticator> }
  | { at: 'recovery-codes'; codes: RecoveryCodes; signedOut: boolean }

type Props = {
  username: string
  hold: (held: boolean) => void
  onSignInAgain: () => void
}

/** The state of the second factor, or the way to it. One step at a time, each a state of its own. */
export function TwoFactorPanel({ username, hold, onSignInAgain }: Props) {
  const client = useQueryClient()
  const place = useRef<HTMLElement>(null)
  const [step, setStep] = useState<Step>({ at: 'overview' })
  const query = useQuery({ ...twoFactorQuery, enabled: step.at === 'overview' })

  /** What had the focus is gone with the step before, so the new step gets it. */
  const go = (next: Step) => {
    setStep(next)
    place.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }

  const overview = (said?: string) => {
    // What was known before a change is not shown again, not even for a moment.
    if (said) void client.resetQueries(twoFactorQuery)
    void client.invalidateQueries({ ...accountQuery, exact: true })
    go(said ? { at: 'overview', said } : { at: 'overview' })
  }

  return (
    <section ref={place} className={styles.place} aria-label={m.title} tabIndex={-1}>
      {step.at === 'overview' && (
        <>
          {step.said && <Notice kind={step.said === m.expired ? 'warning' : 'good'}>{step.said}</Notice>}
          <Overview
            query={query}
            onBegun={(candidate) => go({ at: 'scan', candidate })}
            onDeactivated={() => overview(m.deactivated)}
          />
        </>
      )}
      {step.at === 'scan' && (
        <ScanStep
          candidate={step.candidate}
          hold={hold}
          onCancel={() => overview()}
          onExpired={() => overview(m.expired)}
          onValidated={({ recoveryCodes, recoverySetId, signedOut }) => {
            if (!recoveryCodes || !recoverySetId) return overview(m.nowActive)
            const codes = {
              codes: recoveryCodes,
              setId: recoverySetId,
              username,
              host: location.host,
              madeAt: Date.now(),
            }
            go({ at: 'recovery-codes', codes, signedOut })
          }}
        />
      )}
      {step.at === 'recovery-codes' && (
        <RecoveryCodesStep
          codes={step.codes}
          signedOut={step.signedOut}
          onDone={step.signedOut ? onSignInAgain : () => overview(m.nowActive)}
        />
      )}
    </section>
  )
}
