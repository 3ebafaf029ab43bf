import { signOut } from '@latchkey/contract/sign-in'
import { Menu, menuItem } from '@latchkey/ui/menu'
import { useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router-dom'
import { call } from '../api/call.ts'
import { m } from '../messages/shell.ts'

/** The person's name, and what they can do from everywhere. */
export function ProfileMenu({ name, username }: { name: string; username: string }) {
  const navigate = useNavigate()
  const leave = useMutation({
    mutationFn: () => call(signOut),
    // Also when the server could not be told: the page it leads to forgets everything about the account.
    onSettled: (_, error) =>
      void navigate('/sign-in', { replace: true, state: { reason: error ? 'signed-out-here' : 'signed-out' } }),
  })

  return (
    <Menu label={name} heading={username}>
      <Link to="/settings/profile" {...menuItem}>
        {m.userSettings}
      </Link>
      {/* a page of the server, outside this app */}
      <a href="/api/docs" {...menuItem}>
        {m.apiDocumentation}
      </a>
      <button type="button" {...menuItem} onClick={() => leave.mutate()}>
        {m.signOut}
      </button>
    </Menu>
  )
}
