import type { TwoFactorStatus } from '@latchkey/contract/two-factor'
import { Notice } from '@latchkey/ui/notice'
import { m } from '../../messages/api-password.ts'

type Props = { exists: boolean; isAccepted: boolean; twoFactor: TwoFactorStatus }

/** Which password programs have to send now, and why. */
export function WhatBasicTakes({ exists, isAccepted, twoFactor }: Props) {
  if (isAccepted) return <p>{exists ? m.acceptedBoth : m.acceptedWhy}</p>
  if (exists)
    return (
      <p>
        {m.refusedWhy[twoFactor]} {m.inPlace}
      </p>
    )
  return (
    <Notice kind="warning">
      {m.refusedWhy[twoFactor]} {m.needed}
    </Notice>
  )
}
