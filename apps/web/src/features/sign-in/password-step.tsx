import { type SignInProgress, signIn } from '@latchkey/contract/sign-in'
import { Button } from '@latchkey/ui/button'
import { PasswordField } from '@latchkey/ui/password-field'
import { TextField } from '@latchkey/ui/text-field'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/sign-in.ts'

type Props = { onProgress: (progress: SignInProgress, username: string) => void }

export function PasswordStep({ onProgress }: Props) {
  const { form, field, pending, problem } = useEndpointForm(signIn, {
    onSuccess: (progress, form) => onProgress(progress, String(new FormData(form).get('username')).trim()),
  })

  return (
    <form {...form} className={stack.stack}>
      <TextField
        label={m.username}
        {...field('username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
      />
      <PasswordField
        label={m.password}
        {...field('password')}
        autoComplete="current-password"
        labels={everywhere.password}
      />
      <GeneralProblem problem={problem} />
      <Button type="submit" kind="primary" wide pending={pending}>
        {m.signIn}
      </Button>
    </form>
  )
}
