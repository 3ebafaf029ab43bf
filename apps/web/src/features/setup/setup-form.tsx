import { completeSetup } from '@latchkey/contract/setup'
import { Button } from '@latchkey/ui/button'
import { TextField } from '@latchkey/ui/text-field'
import { useState } from 'react'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/setup.ts'

export function SetupForm({ token, onSuccess }: { token: string; onSuccess: () => void }) {
  const [username, setUsername] = useState('')
  const { form, field, pending, problem } = useEndpointForm(completeSetup, {
    body: ({ username = '', displayName = '', password = '', email }) => ({
      token,
      username,
      displayName,
      password,
      ...(email && { email }),
    }),
    onSuccess,
    wording: { username: { invalid: m.usernameInvalid, 'already-exists': m.usernameTaken } },
  })

  return (
    <form {...form} className={stack.stack}>
      <p>{m.intro}</p>
      <TextField
        label={m.username}
        note={m.usernameNote}
        {...field('username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        onInput={(event) => setUsername(event.currentTarget.value)}
      />
      <TextField label={m.displayName} note={m.displayNameNote} {...field('displayName')} autoComplete="name" />
      <TextField label={m.email} aside={everywhere.optional} {...field('email')} type="email" autoComplete="email" />
      <NewPasswordField label={m.password} {...field('password')} username={username} />
      <GeneralProblem problem={problem} />
      <Button type="submit" kind="primary" wide pending={pending}>
        {m.create}
      </Button>
    </form>
  )
}
