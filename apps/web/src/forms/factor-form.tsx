import type { BodyOf, Endpoint, ReplyOf } from '@latchkey/contract/endpoint'
import { Button } from '@latchkey/ui/button'
import { CodeField } from '@latchkey/ui/code-field'
import { PasswordField } from '@latchkey/ui/password-field'
import { TextField } from '@latchkey/ui/text-field'
import { type ReactNode, useState } from 'react'
import { m as everywhere } from '../messages/everywhere.ts'
import { m } from '../messages/factor.ts'
import styles from './factor-form.module.css'
import { GeneralProblem } from './general-problem.tsx'
import stack from './stack.module.css'
import { useEndpointForm } from './use-endpoint-form.ts'

export type FactorWay = 'password' | 'code' | 'recoveryCode'

type Props<E extends Endpoint> = {
  endpoint: E
  /** strongest first; the others are offered below */
  ways: readonly [FactorWay, ...FactorWay[]]
  /** what was typed, under the name of its way, as the endpoint wants it */
  body: (shown: { [way in FactorWay]?: string }) => BodyOf<E>
  onSuccess: (reply: ReplyOf<E>) => void
  /** true when the failure was dealt with and needs no words in the form */
  onFailure: (error: Error) => boolean
  /** what stands above the field */
  intro?: (way: FactorWay) => ReactNode
  buttons: (pending: boolean) => ReactNode
  /** beside the other ways */
  wayOut?: ReactNode
  /** the last words, below everything */
  help?: (way: FactorWay) => ReactNode
}

/** Asks for one proof of who sits here: by the strongest way the account has, or by another one the person picks. */
export function FactorForm<E extends Endpoint>({
  endpoint,
  ways,
  body,
  intro,
  buttons,
  wayOut,
  help,
  ...on
}: Props<E>) {
  const [picked, setPicked] = useState<FactorWay>()
  const way = picked && ways.includes(picked) ? picked : ways[0]
  const { form, field, pending, problem, submit } = useEndpointForm(endpoint, {
    body: (typed) => body({ [way]: typed[way] ?? '' }),
    ...on,
    wording: {
      password: { 'wrong-password': m.wrongPassword },
      recoveryCode: { 'wrong-code': m.wrongRecoveryCode, 'code-already-used': m.wrongRecoveryCode },
    },
  })
  const wiring = { label: m.label[way], ...field(way), autoFocus: true }

  return (
    <form {...form} className={stack.stack}>
      {intro?.(way)}
      {way === 'password' && <PasswordField {...wiring} autoComplete="current-password" labels={everywhere.password} />}
      {way === 'code' && <CodeField {...wiring} note={m.codeNote} onComplete={submit} />}
      {way === 'recoveryCode' && (
        <TextField
          {...wiring}
          note={m.recoveryCodeNote}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
        />
      )}
      <GeneralProblem problem={problem} />
      {buttons(pending)}
      {(ways.length > 1 || wayOut) && (
        <div className={styles.ways}>
          {ways
            .filter((other) => other !== way)
            .map((other) => (
              <Button key={other} kind="quiet" onClick={() => setPicked(other)}>
                {m.use[other]}
              </Button>
            ))}
          {wayOut}
        </div>
      )}
      {help?.(way)}
    </form>
  )
}
