import { type StepUpPurpose, stepUp } from '@latchkey/contract/step-up'
import { Button } from '@latchkey/ui/button'
import { CodeField } from '@latchkey/ui/code-field'
import { Dialog } from '@latchkey/ui/dialog'
import { PasswordField } from '@latchkey/ui/password-field'
import { TextField } from '@latchkey/ui/text-field'
import { useState } from 'react'
import { isProblem } from '../../api/is-problem.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/step-up.ts'
import styles from './step-up-dialog.module.css'

type Way = 'password' | 'code' | 'recoveryCode'
type Props = { purpose: StepUpPurpose | undefined; withFactor: boolean; onConfirmed: () => void; onCancel: () => void }

const whyFor = (way: Way, purpose: StepUpPurpose | undefined) => {
  if (purpose === 'two-factor.deactivate') return m.whyDeactivate
  return way === 'password' ? m.why : m.whyWithFactor
}

/** The strongest factor the account has comes first; a recovery code is always the last choice. */
export function StepUpDialog({ purpose, withFactor, onConfirmed, onCancel }: Props) {
  const [way, setWay] = useState<Way>(withFactor ? 'code' : 'password')
  const { form, field, pending, problem, submit } = useEndpointForm(stepUp, {
    body: (typed) => ({ [way]: typed[way] ?? '', ...(purpose && { purpose }) }),
    onSuccess: onConfirmed,
    onFailure: (error) => {
      // the factor was switched on elsewhere since this page asked
      if (!isProblem(error, 'step-up-required') || way !== 'password') return false
      setWay('code')
      return true
    },
    wording: {
      password: { 'wrong-password': m.wrongPassword },
      recoveryCode: { 'wrong-code': m.wrongRecoveryCode, 'code-already-used': m.wrongRecoveryCode },
    },
  })

  return (
    <Dialog title={m.title} onClose={onCancel}>
      <form {...form} className={stack.stack}>
        <p className={styles.why}>{whyFor(way, purpose)}</p>
        {way === 'password' && (
          <PasswordField
            label={m.password}
            {...field('password')}
            autoComplete="current-password"
            labels={everywhere.password}
            autoFocus
          />
        )}
        {way === 'code' && (
          <CodeField key="code" label={m.code} note={m.codeNote} {...field('code')} autoFocus onComplete={submit} />
        )}
        {way === 'recoveryCode' && (
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
        <div className={styles.actions}>
          {way !== 'password' && (
            <Button kind="quiet" onClick={() => setWay(way === 'code' ? 'recoveryCode' : 'code')}>
              {way === 'code' ? m.useRecoveryCode : m.useApp}
            </Button>
          )}
          <span className={styles.end}>
            <Button onClick={onCancel}>{everywhere.cancel}</Button>
            <Button type="submit" kind="primary" pending={pending}>
              {m.confirm}
            </Button>
          </span>
        </div>
      </form>
    </Dialog>
  )
}
