import { type SignInProgress, showSecondFactor } from '@latchkey/contract/sign-in'
import { Button } from '@latchkey/ui/button'
import { isProblem } from '../../api/is-problem.ts'
import { FactorForm } from '../../forms/factor-form.tsx'
import { m } from '../../messages/sign-in.ts'
import styles from './second-factor-step.module.css'

type Props = {
  username: string
  onProgress: (progress: SignInProgress) => void
  onExpired: () => void
  onStartAgain: () => void
}

/** The code from the app, or a recovery code; for whoever has neither, who can help. */
export const SecondFactorStep = ({ username, onProgress, onExpired, onStartAgain }: Props) => (
  <FactorForm
    endpoint={showSecondFactor}
    ways={['code', 'recoveryCode']}
    body={({ code, recoveryCode = '' }) => (code === undefined ? { recoveryCode } : { code })}
    onSuccess={onProgress}
    onFailure={(error) => {
      if (!isProblem(error, 'sign-in-expired')) return false
      onExpired()
      return true
    }}
    buttons={(pending) => (
      <Button type="submit" kind="primary" wide pending={pending}>
        {m.verify}
      </Button>
    )}
    wayOut={
      <Button kind="quiet" onClick={onStartAgain}>
        {m.startAgain}
      </Button>
    }
    help={(way) =>
      way === 'recoveryCode' && (
        <p className={styles.without}>
          {m.withoutFactor} <code>{m.resetCommand(username)}</code>
        </p>
      )
    }
  />
)
