import { StatusMark } from '@latchkey/ui/status-mark'
import { useNow } from '@latchkey/ui/use-now'
import { m } from '../messages/credentials.ts'

/** Whether a credential that exists still works. */
export function CredentialStatus({ expiresAt }: { expiresAt: number | null }) {
  const now = useNow()
  const isExpired = expiresAt !== null && expiresAt <= now

  return (
    <p>
      {m.status} <StatusMark tone={isExpired ? 'bad' : 'good'}>{isExpired ? m.expired : m.active}</StatusMark>
    </p>
  )
}
