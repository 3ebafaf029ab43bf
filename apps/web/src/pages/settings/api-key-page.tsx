import { ApiKeyPanel } from '../../features/api-key/api-key-panel.tsx'
import { m } from '../../messages/api-key.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function ApiKeyPage() {
  const { account } = useSignedIn()

  return (
    <Page title={m.title}>
      <ApiKeyPanel isReadOnly={!account.permissions.includes('account:write')} />
    </Page>
  )
}
