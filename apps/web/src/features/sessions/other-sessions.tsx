import { endOtherSessions, endSession, type Session } from '@latchkey/contract/sessions'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { isProblem } from '../../api/is-problem.ts'
import { useCall } from '../../api/step-up.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { News } from '../../forms/news.tsx'
import { m } from '../../messages/sessions.ts'
import styles from './other-sessions.module.css'
import { sessionsQuery } from './queries.ts'
import { SessionEntry } from './session-entry.tsx'
import { sessionName } from './session-name.ts'

/** Where else this account is signed in, and the way to end it. */
export function OtherSessions({ sessions }: { sessions: Session[] }) {
  const call = useCall()
  const client = useQueryClient()

  /** Both answer with the sentence that says what happened. */
  const end = useMutation({
    mutationFn: async (which: Session | 'all') => {
      if (which === 'all') {
        await call(endOtherSessions)
        return m.closedOthers(sessions.length)
      }
      const already = await call(endSession, { params: { id: which.id } }).catch((error: unknown) => {
        if (isProblem(error, 'not-found')) return 'already' as const
        throw error
      })
      return already ? m.alreadyClosed : m.closed(sessionName(which))
    },
    onSuccess: () => client.invalidateQueries(sessionsQuery),
  })

  return (
    <Panel
      title={m.others}
      purpose={sessions.length === 0 ? m.noOthers : m.othersPurpose(sessions.length)}
      actions={
        sessions.length > 0 && (
          <Button kind="danger" pending={end.isPending && end.variables === 'all'} onClick={() => end.mutate('all')}>
            {m.closeOthers}
          </Button>
        )
      }
    >
      {end.data && <News>{end.data}</News>}
      <GeneralProblem problem={end.error} />
      {sessions.length > 0 && (
        <ul className={styles.list}>
          {sessions.map((session) => (
            <li key={session.id}>
              <SessionEntry
                session={session}
                action={
                  <Button pending={end.isPending && end.variables === session} onClick={() => end.mutate(session)}>
                    {m.close}
                  </Button>
                }
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
