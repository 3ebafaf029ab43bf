import { SessionsPanel } from '../../features/sessions/sessions-panel.tsx'
import { m } from '../../messages/sessions.ts'
import { Page } from '../../shell/page.tsx'

export function SessionsPage() {
  return (
    <Page title={m.title}>
      <SessionsPanel />
    </Page>
  )
}
