import { ApiPasswordPanel } from '../../features/api-password/api-password-panel.tsx'
import { m } from '../../messages/api-password.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function ApiPasswordPage() {
  const { account } = useSignedIn()

  return (
    <Page title={m.title}>
      <ApiPasswordPanel account={account} />
    </Page>
  )
}
