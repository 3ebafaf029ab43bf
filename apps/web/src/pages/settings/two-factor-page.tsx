import { useNavigate } from 'react-router-dom'
import { TwoFactorPanel } from '../../features/two-factor/two-factor-panel.tsx'
import { m } from '../../messages/two-factor.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function TwoFactorPage() {
  const { account, hold } = useSignedIn()
  const navigate = useNavigate()

  const signInAgain = () =>
    void navigate('/sign-in?return_to=/settings/two-factor', { replace: true, state: { reason: 'enrolled' } })

  return (
    <Page title={m.title}>
      <TwoFactorPanel username={account.username} hold={hold} onSignInAgain={signInAgain} />
    </Page>
  )
}
