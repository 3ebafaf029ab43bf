import { Problem } from '@latchkey/contract/problem'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { accountQuery } from '../../api/account.ts'
import { type Asked, type Confirm, ConfirmContext } from '../../api/step-up.ts'
import { StepUpDialog } from './step-up-dialog.tsx'

type Asking = { asked: Asked; withFactor: boolean; settle: (confirmed: boolean) => void }

/** Lets everything inside ask "Confirm it's you". */
export function StepUp({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [asking, setAsking] = useState<Asking>()

  const confirm: Confirm = async (asked) => {
    const account = await client.fetchQuery(accountQuery)
    const confirmed = await new Promise<boolean>((settle) => {
      setAsking({ asked, withFactor: account.twoFactor === 'active', settle })
    })
    setAsking(undefined)
    if (!confirmed) throw new Problem('step-up-required')
  }

  return (
    <ConfirmContext value={confirm}>
      {children}
      {asking && (
        <StepUpDialog
          asked={asking.asked}
          withFactor={asking.withFactor}
          onConfirmed={() => asking.settle(true)}
          onCancel={() => asking.settle(false)}
        />
      )}
    </ConfirmContext>
  )
}
