import { Button } from '@latchkey/ui/button'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { useEffect, useRef, useState } from 'react'
import { useAskBeforeLeaving } from '../../credentials/use-ask-before-leaving.ts'
import type { RecoveryCodes } from '../../enrolment/recovery-codes.ts'
import { SaveCodes } from '../../enrolment/save-codes.tsx'
import { m as enrolment } from '../../messages/enrolment.ts'
import { m } from '../../messages/two-factor.ts'
import { EndsApiPassword } from './ends-api-password.tsx'
import { RefusesBasic } from './refuses-basic.tsx'
import { StatusLine } from './status-line.tsx'
import { StepList } from './step-list.tsx'

type Props = {
  codes: RecoveryCodes
  signedOut: boolean
  /** the account password, for programs */
  endedBasic: boolean
  endedApiPassword: boolean
  onDone: () => void
}

/** The last step of setting up: keeping the codes. */
export function RecoveryCodesStep({ codes, signedOut, endedBasic, endedApiPassword, onDone }: Props) {
  const [saved, setSaved] = useState(false)
  useAskBeforeLeaving(saved ? undefined : enrolment.leaveCodes)

  // The session behind this page is over. However it is left, what other pages knew of it is over too.
  const leave = useRef(onDone)
  leave.current = onDone
  useEffect(() => (signedOut ? () => leave.current() : undefined), [signedOut])

  return (
    <Panel
      title={enrolment.codesHeading}
      actions={
        <Button kind="primary" disabled={!saved} onClick={onDone}>
          {signedOut ? m.signInAgain : enrolment.done}
        </Button>
      }
    >
      <StepList here={1} />
      <StatusLine status="active" />
      <Notice kind="good">
        <p>
          {enrolment.nowActive} {enrolment.codesWhy}
        </p>
        <p>{signedOut ? m.signedOut : enrolment.othersEnded}</p>
      </Notice>
      {endedBasic && (signedOut ? <p>{m.refusesBasicSignedOut}</p> : <RefusesBasic how={m.refusesBasic} />)}
      {endedApiPassword && (signedOut ? <p>{m.apiPasswordEnded}</p> : <EndsApiPassword how={m.endedApiPassword} />)}
      <SaveCodes codes={codes} saved={saved} onSaved={setSaved} />
    </Panel>
  )
}
