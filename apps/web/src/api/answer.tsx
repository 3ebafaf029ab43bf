import { Button } from '@latchkey/ui/button'
import { Notice } from '@latchkey/ui/notice'
import { Skeleton } from '@latchkey/ui/skeleton'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { m } from '../messages/everywhere.ts'
import { problemText } from '../messages/problems.ts'

type Props<Data> = { query: UseQueryResult<Data, Error>; children: (data: Data) => ReactNode }

/** Shows what a query answered: still waiting, refused or failed (with why and a way on), or the data. */
export function Answer<Data>({ query, children }: Props<Data>): ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (query.isPending) return <Skeleton label={m.loading} />
  return (
    <>
      <Notice kind="bad" title={m.couldNotBeLoaded}>
        <p>{problemText(query.error)}</p>
      </Notice>
      <div>
        <Button pending={query.isFetching} onClick={() => void query.refetch()}>
          {m.tryAgain}
        </Button>
      </div>
    </>
  )
}
