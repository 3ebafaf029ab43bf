import { DownloadsPanel } from '../../features/downloads/downloads-panel.tsx'
import { m } from '../../messages/downloads.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function DownloadsPage() {
  const { account } = useSignedIn()

  return (
    <Page title={m.title}>
      <DownloadsPanel withUsers={account.permissions.includes('users:read')} />
    </Page>
  )
}
