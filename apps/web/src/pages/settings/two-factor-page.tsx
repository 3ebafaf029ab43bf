import { useEffect, useState } from 'react'
import { useLocation, useNavigate } from 'react-router-dom'
import { TwoFactorPanel } from '../../features/two-factor/two-factor-panel.tsx'
import { m } from '../../messages/two-factor.ts'
import { Page } from '../../shell/page.tsx'
import { useSignedIn } from '../../shell/signed-in.ts'

export function TwoFactorPage() {
  const { account, hold } = useSignedIn()
  const navigate = useNavigate()
  const { state } = useLocation()
  const [renewAtOnce] = useState(state?.renewCodes === true)

  // Asked for once: loading the page again does not begin another time.
  useEffect(() => {
    if (renewAtOnce) void navigate('.', { replace: true, state: null })
  }, [renewAtOnce, navigate])

  const signInAgain = () =>
    void navigate('/sign-in?return_to=/settings/two-factor', { replace: true, state: { reason: 'enrolled' } })

  return (
    <Page title={m.title}>
      <TwoFactorPanel username={account.username} renewAtOnce={renewAtOnce} hold={hold} onSignInAgain={signInAgain} />
    </Page>
  )
}
