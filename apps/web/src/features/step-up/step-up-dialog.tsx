import { stepUp } from '@latchkey/contract/step-up'
import { Button } from '@latchkey/ui/button'
import { Dialog } from '@latchkey/ui/dialog'
import { useState } from 'react'
import { isProblem } from '../../api/is-problem.ts'
import type { Asked } from '../../api/step-up.ts'
import { FactorForm, type FactorWay } from '../../forms/factor-form.tsx'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/step-up.ts'
import styles from './step-up-dialog.module.css'

type Props = { asked: Asked; withFactor: boolean; onConfirmed: () => void; onCancel: () => void }

const toDoIt = ({ endpoint, purpose }: Asked) =>
  (purpose ? m.purposes[purpose] : m.operations[`${endpoint.method} ${endpoint.path}`]) ?? m.anyOperation

const waysFor = (withFactor: boolean): readonly [FactorWay, ...FactorWay[]] =>
  withFactor ? ['code', 'recoveryCode'] : ['password']

/** The strongest factor the account has comes first; a recovery code is always the last choice. */
export function StepUpDialog({ asked, withFactor, onConfirmed, onCancel }: Props) {
  const [hasFactor, setHasFactor] = useState(withFactor)
  const { purpose } = asked

  return (
    <Dialog title={m.title} onClose={onCancel}>
      <FactorForm
        endpoint={stepUp}
        ways={waysFor(hasFactor)}
        body={(shown) => ({ ...shown, ...(purpose && { purpose }) })}
        onSuccess={onConfirmed}
        onFailure={(error) => {
          // the factor was switched on or off elsewhere since this page asked
          if (!isProblem(error, 'step-up-required')) return false
          setHasFactor(!hasFactor)
          return true
        }}
        intro={(way) => (
          <div className={styles.why}>
            <p className={styles.what}>{m.ask[way](toDoIt(asked))}</p>
            <p>{m.why}</p>
          </div>
        )}
        buttons={(pending) => (
          <div className={styles.actions}>
            <Button onClick={onCancel}>{everywhere.cancel}</Button>
            <Button type="submit" kind="primary" pending={pending}>
              {m.confirm}
            </Button>
          </div>
        )}
      />
    </Dialog>
  )
}
