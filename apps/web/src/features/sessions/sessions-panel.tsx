import { Panel } from '@latchkey/ui/panel'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '../../api/answer.tsx'
import { m } from '../../messages/sessions.ts'
import { OtherSessions } from './other-sessions.tsx'
import { sessionsQuery } from './queries.ts'
import { SessionEntry } from './session-entry.tsx'

export function SessionsPanel() {
  const sessions = useQuery(sessionsQuery)
  const here = sessions.data?.find(({ current }) => current)

  return (
    <>
      <Panel title={m.here} purpose={m.herePurpose}>
        <Answer query={sessions}>{() => here && <SessionEntry session={here} />}</Answer>
      </Panel>
      {sessions.data && <OtherSessions sessions={sessions.data.filter(({ current }) => !current)} />}
    </>
  )
}
