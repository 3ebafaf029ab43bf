import { PasswordPanel } from '../../features/password/password-panel.tsx'
import { m } from '../../messages/password.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function PasswordPage() {
  const { account } = useSignedIn()

  return (
    <Page title={m.title}>
      <PasswordPanel username={account.username} />
    </Page>
  )
}
