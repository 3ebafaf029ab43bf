import type { ReplyOf } from '@latchkey/contract/endpoint'
import { cancelAuthenticator, type TwoFactorStatus, validateAuthenticator } from '@latchkey/contract/two-factor'
import { Button } from '@latchkey/ui/button'
import { CodeField } from '@latchkey/ui/code-field'
import { Panel } from '@latchkey/ui/panel'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { call } from '../../api/call.ts'
import { isProblem } from '../../api/is-problem.ts'
import { Candidate } from '../../enrolment/candidate.tsx'
import { GeneralProblem } from '../../forms/general-problem.tsx'
import stack from '../../forms/stack.module.css'
import { useEndpointForm } from '../../forms/use-endpoint-form.ts'
import { m as enrolment } from '../../messages/enrolment.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/two-factor.ts'
import { StatusLine } from './status-line.tsx'
import { StepList } from './step-list.tsx'
import type { NewSecret } from './use-begin.ts'

type Props = {
  secret: NewSecret
  /** how things stood when it was begun, and stand until the code is right */
  from: TwoFactorStatus
  hold: (held: boolean) => void
  onCancel: () => void
  onExpired: () => void
  onValidated: (reply: ReplyOf<typeof validateAuthenticator>) => void
}

/** Scan, then prove. Until the code is right nothing has changed, and leaving forgets the candidate. */
export function ScanStep({ secret, from, hold, onCancel, onExpired, onValidated }: Props) {
  const client = useQueryClient()
  const isReplacing = from === 'active'
  const proved = useRef(false)
  const { form, field, pending, problem, submit } = useEndpointForm(validateAuthenticator, {
    body: ({ code = '' }) => {
      // A right code may end this very session: nothing may ask who is signed in until the codes are saved.
      void client.cancelQueries()
      hold(true)
      return { code }
    },
    onSuccess: (reply) => {
      proved.current = true
      hold(reply.signedOut)
      onValidated(reply)
    },
    onFailure: (error) => {
      hold(false)
      if (!isProblem(error, 'no-longer-valid')) return false
      onExpired()
      return true
    },
  })

  useEffect(
    () => () => {
      if (!proved.current) call(cancelAuthenticator, { keepalive: true }).catch(() => undefined) // it expires by itself
    },
    [],
  )

  return (
    <form {...form}>
      <Panel
        title={isReplacing ? m.replaceHeading : m.scanHeading}
        purpose={isReplacing ? m.replaceHow : m.scanHow}
        actions={
          <>
            <Button onClick={onCancel}>{everywhere.cancel}</Button>
            <Button type="submit" kind="primary" pending={pending}>
              {m.validate}
            </Button>
          </>
        }
      >
        {!isReplacing && <StepList here={0} />}
        <StatusLine status={from} />
        <Candidate secret={secret.secret} otpauthUri={secret.otpauthUri} />
        <div className={stack.stack}>
          <CodeField label={enrolment.code} note={m.codeNote} {...field('code')} onComplete={submit} />
          <GeneralProblem problem={problem} />
        </div>
      </Panel>
    </form>
  )
}
