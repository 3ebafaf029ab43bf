import type { TwoFactorStatus } from '@latchkey/contract/two-factor'
import { StatusMark, type Tone } from '@latchkey/ui/status-mark'
import { m } from '../../messages/two-factor.ts'

const tones: Record<TwoFactorStatus, Tone> = { disabled: 'quiet', pending: 'waiting', active: 'good' }

export const StatusLine = ({ status }: { status: TwoFactorStatus }) => (
  <p>
    {m.status} <StatusMark tone={tones[status]}>{m.statusWord[status]}</StatusMark>
  </p>
)
