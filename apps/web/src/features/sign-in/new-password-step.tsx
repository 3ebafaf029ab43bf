import { chooseNewPassword, type SignInProgress } from '@latchkey/contract/sign-in'
import { Button } from '@latchkey/ui/button'
import { isProblem } from '../../api/is-problem.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m } from '../../messages/sign-in.ts'

type Props = { username: string; onProgress: (progress: SignInProgress) => void; onExpired: () => void }

/** A password of one's own, in place of one that somebody else knows too. */
export function NewPasswordStep({ username, onProgress, onExpired }: Props) {
  const { form, field, pending, problem } = useEndpointForm(chooseNewPassword, {
    body: ({ newPassword = '' }) => ({ newPassword }),
    onSuccess: onProgress,
    onFailure: (error) => {
      if (!isProblem(error, 'sign-in-expired')) return false
      onExpired()
      return true
    },
  })

  return (
    <form {...form} className={stack.stack}>
      <p>{m.newPasswordWhy}</p>
      {/* so that a password manager updates the right entry */}
      <input type="text" name="username" value={username} autoComplete="username" readOnly hidden />
      <NewPasswordField label={m.newPassword} {...field('newPassword')} username={username} autoFocus />
      <GeneralProblem problem={problem} />
      <Button type="submit" kind="primary" wide pending={pending}>
        {m.changePassword}
      </Button>
    </form>
  )
}
