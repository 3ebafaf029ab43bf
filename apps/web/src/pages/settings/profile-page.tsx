import { ProfilePanel } from '../../features/profile/profile-panel.tsx'
import { m } from '../../messages/profile.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function ProfilePage() {
  const { account } = useSignedIn()

  return (
    <Page title={m.title}>
      <ProfilePanel account={account} />
    </Page>
  )
}
