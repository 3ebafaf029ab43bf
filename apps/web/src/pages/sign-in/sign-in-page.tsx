import { safeReturnTo } from '@latchkey/contract/pages'
import { Notice } from '@latchkey/ui/notice'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router-dom'
import { accountQuery } from '../../api/account.ts'
import { setupQuery } from '../../api/setup.ts'
import { PasswordStep } from '../../features/sign-in/password-step.tsx'
import { RecoveryCodeUsed } from '../../features/sign-in/recovery-code-used.tsx'
import { SecondFactorStep } from '../../features/sign-in/second-factor-step.tsx'
import { m } from '../../messages/sign-in.ts'
import { QuietCard } from '../../shell/quiet-card.tsx'

type Reason = keyof typeof m.reasons
type Step =
  | { at: 'password'; reason: Reason | undefined }
  | { at: 'second-factor' }
  | { at: 'recovery-code-used'; left: number }

export function SignInPage() {
  const setup = useQuery(setupQuery)
  const [search] = useSearchParams()
  const { state } = useLocation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [step, setStep] = useState<Step>({ at: 'password', reason: state?.reason })

  // Whichever way somebody came here, nothing of anybody's account stays in this window.
  useEffect(() => client.removeQueries(accountQuery), [client])

  const enter = () => void navigate(safeReturnTo(search.get('return_to'), '/settings/profile'), { replace: true })

  if (setup.data?.needed)
    return (
      <QuietCard title={m.setupNeeded}>
        <p>{m.setupNeededHow}</p>
      </QuietCard>
    )
  switch (step.at) {
    case 'password':
      return (
        <QuietCard title={m.title}>
          {step.reason && <Notice kind="info">{m.reasons[step.reason]}</Notice>}
          <PasswordStep onSignedIn={enter} onSecondFactor={() => setStep({ at: 'second-factor' })} />
        </QuietCard>
      )
    case 'second-factor':
      return (
        <QuietCard title={m.secondStep}>
          <SecondFactorStep
            onSignedIn={(left) => (left === undefined ? enter() : setStep({ at: 'recovery-code-used', left }))}
            onExpired={() => setStep({ at: 'password', reason: 'expired' })}
            onStartAgain={() => setStep({ at: 'password', reason: undefined })}
          />
        </QuietCard>
      )
    case 'recovery-code-used':
      return (
        <QuietCard title={m.usedTitle}>
          <RecoveryCodeUsed left={step.left} onContinue={enter} />
        </QuietCard>
      )
  }
}
