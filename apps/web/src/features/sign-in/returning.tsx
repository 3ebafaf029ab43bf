import { getReturnAddress } from '@latchkey/contract/forward-auth'
import { Problem } from '@latchkey/contract/problem'
import { getAccount } from '@latchkey/contract/profile'
import { Notice } from '@latchkey/ui/notice'
import { Skeleton } from '@latchkey/ui/skeleton'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link } from 'react-router-dom'
import { call } from '../../api/call.ts'
import { isProblem } from '../../api/is-problem.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { problemText } from '../../messages/problems.ts'
import { m } from '../../messages/returning.ts'
import { m as signIn } from '../../messages/sign-in.ts'
import { wasSentBackAtOnce } from './sent-back.ts'

type Props = {
  /** where somebody came from */
  service: string
  /** whether it is known that somebody is in; otherwise that is asked first */
  isIn: boolean
  onSignedOut: () => void
  /** with the sentence that says why */
  onRefused: (said: string) => void
}

/** Sends a browser back to the service it came from, if the server allows that address. */
export function Returning({ service, isIn, onSignedOut, onRefused }: Props) {
  const { data, error } = useQuery({
    queryKey: ['return-address', service, isIn],
    queryFn: async () => {
      if (!isIn) await call(getAccount)
      const { url } = await call(getReturnAddress, { query: { url: service } })
      return { url, isStuck: wasSentBackAtOnce(url) }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })

  useEffect(() => {
    if (data && !data.isStuck) location.replace(data.url)
    if (isProblem(error, 'not-signed-in')) onSignedOut()
    else if (error) onRefused(isRefusal(error) ? m.notAllowed : problemText(error))
  })

  if (!data?.isStuck) return <Skeleton label={everywhere.loading} />
  return (
    <Notice kind="warning" title={m.sentBack}>
      <p>{m.sentBackWhy}</p>
      <p>
        <a href={data.url}>{m.tryAgain}</a> · <Link to="/settings/profile">{signIn.toAccount}</Link>
      </p>
    </Notice>
  )
}

const isRefusal = (error: Error) => error instanceof Problem && [403, 404, 422].includes(error.status)
