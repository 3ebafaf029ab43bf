import { buttonClass } from '@latchkey/ui/button'
import { Link } from 'react-router-dom'
import { m } from '../messages/shell.ts'
import { QuietCard } from '../shell/quiet-card.tsx'

export function NotFoundPage() {
  return (
    <QuietCard title={m.notFound}>
      <p>{m.notFoundWhy}</p>
      <Link to="/settings/profile" className={buttonClass({ kind: 'primary', wide: true })}>
        {m.toSettings}
      </Link>
    </QuietCard>
  )
}
