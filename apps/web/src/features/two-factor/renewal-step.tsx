import { confirmRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { Button } from '@latchkey/ui/button'
import { Panel } from '@latchkey/ui/panel'
import { TextField } from '@latchkey/ui/text-field'
import { useState } from 'react'
import { isProblem } from '../../api/is-problem.ts'
import { useAskBeforeLeaving } from '../../credentials/use-ask-before-leaving.ts'
import type { RecoveryCodes } from '../../enrolment/recovery-codes.ts'
import { SaveCodes } from '../../enrolment/save-codes.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/two-factor.ts'
import { StatusLine } from './status-line.tsx'

type Props = { codes: RecoveryCodes; onInForce: () => void; onCancel: () => void; onExpired: () => void }

/** A new set, shown once. Until one of its codes was typed back, the set before it is the one that counts. */
export function RenewalStep({ codes, onInForce, onCancel, onExpired }: Props) {
  const [saved, setSaved] = useState(false)
  useAskBeforeLeaving(m.leaveRenewal)
  const { form, field, pending, problem } = useEndpointForm(confirmRecoveryCodes, {
    onSuccess: onInForce,
    onFailure: (error) => {
      if (!isProblem(error, 'no-longer-valid')) return false
      onExpired()
      return true
    },
    wording: {
      recoveryCode: {
        'wrong-code': m.typeBackWrong,
        'too-short': m.typeBackUnreadable,
        'too-long': m.typeBackUnreadable,
        invalid: m.typeBackUnreadable,
      },
    },
  })

  return (
    <form {...form}>
      <Panel
        title={m.renewHeading}
        purpose={m.renewHow}
        actions={
          <>
            <Button onClick={onCancel}>{everywhere.cancel}</Button>
            <Button type="submit" kind="primary" disabled={!saved} pending={pending}>
              {m.useNewCodes}
            </Button>
          </>
        }
      >
        <StatusLine status="active" />
        <SaveCodes codes={codes} saved={saved} onSaved={setSaved} />
        <div className={`${stack.stack} ${stack.narrow}`}>
          <TextField
            label={m.typeBack}
            note={m.typeBackNote}
            {...field('recoveryCode')}
            autoComplete="off"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck={false}
          />
        </div>
        <GeneralProblem problem={problem} />
      </Panel>
    </form>
  )
}
