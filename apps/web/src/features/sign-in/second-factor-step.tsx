import { showSecondFactor } from '@latchkey/contract/sign-in'
import { Button } from '@latchkey/ui/button'
import { CodeField } from '@latchkey/ui/code-field'
import { TextField } from '@latchkey/ui/text-field'
import { useState } from 'react'
import { isProblem } from '../../api/is-problem.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m } from '../../messages/sign-in.ts'
import styles from './second-factor-step.module.css'

type Props = {
  /** with the number of recovery codes left when one was used */
  onSignedIn: (recoveryCodesLeft?: number) => void
  onExpired: () => void
  onStartAgain: () => void
}

export function SecondFactorStep({ onSignedIn, onExpired, onStartAgain }: Props) {
  const [way, setWay] = useState<'code' | 'recoveryCode'>('code')
  const { form, field, pending, problem, submit } = useEndpointForm(showSecondFactor, {
    body: ({ code = '', recoveryCode = '' }) => (way === 'code' ? { code } : { recoveryCode }),
    onSuccess: ({ recoveryCodesLeft }) => onSignedIn(recoveryCodesLeft),
    onFailure: (error) => {
      if (!isProblem(error, 'sign-in-expired')) return false
      onExpired()
      return true
    },
    wording: { recoveryCode: { 'wrong-code': m.wrongRecoveryCode, 'code-already-used': m.wrongRecoveryCode } },
  })

  return (
    <form {...form} className={stack.stack}>
      {way === 'code' ? (
        <CodeField key="code" label={m.code} note={m.codeNote} {...field('code')} autoFocus onComplete={submit} />
      ) : (
        <TextField
          key="recoveryCode"
          label={m.recoveryCode}
          note={m.recoveryCodeNote}
          {...field('recoveryCode')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
        />
      )}
      <GeneralProblem problem={problem} />
      <Button type="submit" kind="primary" wide pending={pending}>
        {m.verify}
      </Button>
      <div className={styles.ways}>
        <Button kind="quiet" onClick={() => setWay(way === 'code' ? 'recoveryCode' : 'code')}>
          {way === 'code' ? m.useRecoveryCode : m.useApp}
        </Button>
        <Button kind="quiet" onClick={onStartAgain}>
          {m.startAgain}
        </Button>
      </div>
      {way === 'recoveryCode' && <p className={styles.without}>{m.withoutFactor}</p>}
    </form>
  )
}
