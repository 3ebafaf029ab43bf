import { buttonClass } from '@latchkey/ui/button'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router-dom'
import { Answer } from '../../api/answer.tsx'
import { setupQuery } from '../../api/setup.ts'
import { SetupForm } from '../../features/setup/setup-form.tsx'
import { m } from '../../messages/setup.ts'
import { QuietCard } from '../../shell/quiet-card.tsx'

export function SetupPage({ token }: { token: string | undefined }) {
  const setup = useQuery(setupQuery)
  const navigate = useNavigate()
  const enter = () => void navigate('/settings/profile', { replace: true })

  if (setup.data?.needed === false)
    return (
      <QuietCard title={m.notNeeded}>
        <p>{m.notNeededWhy}</p>
        <Link to="/sign-in" className={buttonClass({ kind: 'primary', wide: true })}>
          {m.toSignIn}
        </Link>
      </QuietCard>
    )
  if (!token)
    return (
      <QuietCard title={m.linkNeeded}>
        <p>{m.linkNeededWhy}</p>
      </QuietCard>
    )
  return (
    <QuietCard title={m.title}>
      <Answer query={setup}>{() => <SetupForm token={token} onSuccess={enter} />}</Answer>
    </QuietCard>
  )
}
