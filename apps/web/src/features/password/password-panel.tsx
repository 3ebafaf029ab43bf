import { changePassword } from '@latchkey/contract/password'
import { Button } from '@latchkey/ui/button'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { PasswordField } from '@latchkey/ui/password-field'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/password.ts'

export function PasswordPanel({ username }: { username: string }) {
  const client = useQueryClient()
  /** how often it was changed: the new-password field starts afresh each time */
  const [changes, setChanges] = useState(0)
  const [justChanged, setJustChanged] = useState(false)
  const { form, field, pending, problem } = useEndpointForm(changePassword, {
    body: ({ currentPassword = '', newPassword = '' }) => ({ currentPassword, newPassword }),
    onSuccess: (_, form) => {
      form.reset()
      setChanges(changes + 1)
      setJustChanged(true)
      void client.invalidateQueries({ queryKey: ['account', 'sessions'] })
    },
    onFailure: () => {
      setJustChanged(false)
      return false
    },
  })

  return (
    <form {...form}>
      <Panel
        title={m.panel}
        purpose={m.purpose}
        actions={
          <Button type="submit" kind="primary" pending={pending}>
            {m.change}
          </Button>
        }
      >
        <div className={`${stack.stack} ${stack.narrow}`}>
          {/* so that a password manager updates the right entry */}
          <input type="text" name="username" value={username} autoComplete="username" readOnly hidden />
          <PasswordField
            label={m.current}
            {...field('currentPassword')}
            autoComplete="current-password"
            labels={everywhere.password}
          />
          <NewPasswordField key={changes} label={m.next} {...field('newPassword')} username={username} />
        </div>
        <GeneralProblem problem={problem} />
        {justChanged && (
          <Notice key={changes} kind="good">
            {m.changed}
          </Notice>
        )}
      </Panel>
    </form>
  )
}
