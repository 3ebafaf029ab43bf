import { type Download, revokeDownload } from '@latchkey/contract/downloads'
import { Panel } from '@latchkey/ui/panel'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Answer } from '../../api/answer.tsx'
import { downloadsQuery } from '../../api/downloads.ts'
import { isProblem } from '../../api/is-problem.ts'
import { useCall } from '../../api/step-up.ts'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import { News } from '../../forms/news.tsx'
import { m } from '../../messages/downloads.ts'
import { LinkEntry } from './link-entry.tsx'
import styles from './link-list.module.css'

/** The links that still work, each with the way to end it. */
export function LinkList() {
  const call = useCall()
  const client = useQueryClient()
  const query = useQuery(downloadsQuery)

  /** Answers with the sentence that says what happened. */
  const revoke = useMutation({
    mutationFn: async ({ id, resource }: Download) => {
      const already = await call(revokeDownload, { params: { id } }).catch((error: unknown) => {
        if (isProblem(error, 'not-found')) return 'already' as const
        throw error
      })
      return already ? m.alreadyOver : m.revoked(m.resources[resource].name)
    },
    onSuccess: () => client.invalidateQueries(downloadsQuery),
  })

  return (
    <Panel title={m.list} purpose={m.listPurpose}>
      {revoke.data && <News>{revoke.data}</News>}
      <GeneralProblem problem={revoke.error} />
      <Answer query={query}>
        {(links) =>
          links.length === 0 ? (
            <p>{m.noLinks}</p>
          ) : (
            <ul className={styles.list}>
              {links.map((link) => (
                <li key={link.id}>
                  <LinkEntry
                    link={link}
                    pending={revoke.isPending && revoke.variables === link}
                    onRevoke={() => revoke.mutate(link)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  )
}
