import { changePassword } from '@latchkey/contract/password'
import { Button } from '@latchkey/ui/button'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { PasswordField } from '@latchkey/ui/password-field'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { NewPasswordField } from '../../forms/new-password-field.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/password.ts'
import { AlsoRevoke } from './also-revoke.tsx'
import { useCredentials } from './use-credentials.ts'

export function PasswordPanel({ username }: { username: string }) {
  const client = useQueryClient()
  const credentials = useCredentials()
  /** how often it was changed: the new-password field starts afresh each time */
  const [changes, setChanges] = useState(0)
  const [said, setSaid] = useState<string>()
  const { form, field, pending, problem } = useEndpointForm(changePassword, {
    body: ({ currentPassword = '', newPassword = '', ...ticked }) => {
      const alsoRevoke = credentials.existing.filter((name) => name in ticked)
      return { currentPassword, newPassword, ...(alsoRevoke.length > 0 && { alsoRevoke }) }
    },
    onSuccess: (_, form) => {
      const ticked = new FormData(form)
      setSaid(
        m.changed({
          revoked: credentials.existing.filter((name) => ticked.has(name)),
          kept: credentials.existing.filter((name) => !ticked.has(name)),
        }),
      )
      form.reset()
      setChanges(changes + 1)
      void client.invalidateQueries({ queryKey: accountQuery.queryKey })
    },
    onFailure: () => {
      setSaid(undefined)
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
        <AlsoRevoke {...credentials} />
        <GeneralProblem problem={problem} />
        {said && (
          <Notice key={changes} kind="good">
            {said}
          </Notice>
        )}
      </Panel>
    </form>
  )
}
