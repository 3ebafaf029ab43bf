import { enrolAtSignIn } from '@latchkey/contract/sign-in'
import { Button } from '@latchkey/ui/button'
import { CodeField } from '@latchkey/ui/code-field'
import { isProblem } from '../../api/is-problem.ts'
import { Candidate } from '../../enrolment/candidate.tsx'
import { type RecoveryCodes, recoveryCodesFor } from '../../enrolment/recovery-codes.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as enrolment } from '../../messages/enrolment.ts'
import { m } from '../../messages/sign-in.ts'

type Props = {
  username: string
  secret: string
  otpauthUri: string
  onEnrolled: (codes: RecoveryCodes) => void
  onOver: (reason: 'expired' | 'key-replaced') => void
  onStartAgain: () => void
}

/** The account waits for a second factor: it is set up before anybody is let in. */
export function EnrolmentStep({ username, secret, otpauthUri, onEnrolled, onOver, onStartAgain }: Props) {
  const { form, field, pending, problem, submit } = useEndpointForm(enrolAtSignIn, {
    onSuccess: ({ recoveryCodes, recoverySetId }) =>
      onEnrolled(recoveryCodesFor(username, recoverySetId, recoveryCodes)),
    onFailure: (error) => {
      const isReplaced = isProblem(error, 'no-longer-valid')
      if (!isReplaced && !isProblem(error, 'sign-in-expired')) return false
      onOver(isReplaced ? 'key-replaced' : 'expired')
      return true
    },
  })

  return (
    <form {...form} className={stack.stack}>
      <p>{m.enrolmentWhy}</p>
      <Candidate secret={secret} otpauthUri={otpauthUri} />
      <CodeField label={enrolment.code} note={m.enrolmentCodeNote} {...field('code')} onComplete={submit} />
      <GeneralProblem problem={problem} />
      <Button type="submit" kind="primary" wide pending={pending}>
        {m.verify}
      </Button>
      <p className={stack.aside}>{m.enrolmentFresh}</p>
      <div className={stack.quiet}>
        <Button kind="quiet" onClick={onStartAgain}>
          {m.startAgain}
        </Button>
      </div>
    </form>
  )
}
