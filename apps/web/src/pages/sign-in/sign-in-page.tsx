import type { SignInProgress } from '@latchkey/contract/sign-in'
import { Notice } from '@latchkey/ui/notice'
import { Skeleton } from '@latchkey/ui/skeleton'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useState } from 'react'
import { Link, useLocation, useNavigate } from 'react-router-dom'
import { accountQuery } from '../../api/account.ts'
import { setupQuery } from '../../api/setup.ts'
import { PasswordStep } from '../../features/sign-in/password-step.tsx'
import { RecoveryCodeUsed } from '../../features/sign-in/recovery-code-used.tsx'
import { SecondFactorStep } from '../../features/sign-in/second-factor-step.tsx'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/sign-in.ts'
import { later } from '../../shell/later.ts'
import { QuietCard } from '../../shell/quiet-card.tsx'
import { readReturnTo } from './return-to.ts'
import type { Step } from './step.ts'

// What most people never see when they sign in is not fetched by them.
const NewPasswordStep = later(() => import('../../features/sign-in/new-password-step.tsx'), 'NewPasswordStep')
const EnrolmentStep = later(() => import('../../features/sign-in/enrolment-step.tsx'), 'EnrolmentStep')
const Returning = later(() => import('../../features/sign-in/returning.tsx'), 'Returning')
const FirstCodesStep = later(() => import('../../features/sign-in/first-codes-step.tsx'), 'FirstCodesStep')

export function SignInPage() {
  const setup = useQuery(setupQuery)
  const { state, pathname, search: query } = useLocation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { page, service } = readReturnTo(query)
  const [step, setStep] = useState<Step>(
    service ? { at: 'returning', isIn: false } : { at: 'password', reason: state?.reason },
  )
  const [username, setUsername] = useState('')
  /** how many recovery codes are left, once one was used on the way in */
  const [codesLeft, setCodesLeft] = useState<number>()

  // Whichever way somebody came here, nothing of anybody's account stays in this window.
  useEffect(() => client.removeQueries(accountQuery), [client])

  const enter = () => (service ? setStep({ at: 'returning', isIn: true }) : void navigate(page, { replace: true }))
  /** Somebody is in, and something is left to show. Whoever loads the page again then is not told that they are out. */
  const showOnceIn = (next: Step) => {
    void navigate(pathname + query, { replace: true, state: { reason: 'entered' } })
    setStep(next)
  }
  const generate = () => void navigate('/settings/two-factor', { replace: true, state: { renewCodes: true } })

  const startAgain = (reason?: Extract<Step, { at: 'password' }>['reason']) => {
    setCodesLeft(undefined)
    setStep({ at: 'password', reason })
  }

  const goOn = (progress: SignInProgress) => {
    const left = ('recoveryCodesLeft' in progress ? progress.recoveryCodesLeft : undefined) ?? codesLeft
    setCodesLeft(left)
    switch (progress.status) {
      case 'signed-in':
        return left === undefined ? enter() : showOnceIn({ at: 'recovery-code-used', left })
      case 'second-factor-required':
        return setStep({ at: 'second-factor' })
      case 'password-change-required':
        return setStep({ at: 'new-password' })
      case 'enrolment-required':
        return setStep({ at: 'enrolment', secret: progress.secret, otpauthUri: progress.otpauthUri })
    }
  }

  if (setup.data?.needed)
    return (
      <QuietCard title={m.setupNeeded}>
        <p>{m.setupNeededHow}</p>
      </QuietCard>
    )
  return (
    <QuietCard
      key={step.at}
      title={m.titles[step.at]}
      takesFocus={step.at === 'enrolment' || step.at === 'first-codes'}
      wide={step.at === 'enrolment'}
    >
      <Suspense fallback={<Skeleton label={everywhere.loading} />}>
        {step.at === 'returning' && service && (
          <Returning
            key={String(step.isIn)}
            service={service}
            isIn={step.isIn}
            onSignedOut={() => startAgain(state?.reason)}
            onRefused={(said) => void navigate(page, { replace: true, state: { said } })}
          />
        )}
        {step.at === 'password' && (
          <>
            {step.reason && (
              <Notice kind="info">
                {m.reasons[step.reason]}{' '}
                {step.reason === 'entered' && <Link to="/settings/profile">{m.toAccount}</Link>}
              </Notice>
            )}
            <PasswordStep
              onProgress={(progress, username) => {
                setUsername(username)
                goOn(progress)
              }}
            />
          </>
        )}
        {step.at === 'second-factor' && (
          <SecondFactorStep
            username={username}
            onProgress={goOn}
            onExpired={() => startAgain('expired')}
            onStartAgain={() => startAgain()}
          />
        )}
        {step.at === 'new-password' && (
          <NewPasswordStep username={username} onProgress={goOn} onExpired={() => startAgain('expired')} />
        )}
        {step.at === 'enrolment' && (
          <EnrolmentStep
            username={username}
            secret={step.secret}
            otpauthUri={step.otpauthUri}
            onEnrolled={(codes) => showOnceIn({ at: 'first-codes', codes })}
            onOver={startAgain}
            onStartAgain={() => startAgain()}
          />
        )}
        {step.at === 'first-codes' && <FirstCodesStep codes={step.codes} onDone={enter} />}
        {step.at === 'recovery-code-used' && (
          <RecoveryCodeUsed left={step.left} onGenerate={generate} onContinue={enter} />
        )}
      </Suspense>
    </QuietCard>
  )
}
