import { Button } from '@latchkey/ui/button'
import { Checkbox } from '@latchkey/ui/checkbox'
import { CopyButton } from '@latchkey/ui/copy-button'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { useEffect, useRef, useState } from 'react'
import { m as everywhere } from '../../messages/everywhere.ts'
import { m } from '../../messages/two-factor.ts'
import styles from './recovery-codes-step.module.css'
import { fileName, type RecoveryCodes, recoveryCodesText } from './recovery-codes-text.ts'
import { RecoverySheet } from './recovery-sheet.tsx'
import { saveFile } from './save-file.ts'
import { StepList } from './step-list.tsx'

/** The one time the recovery codes are visible. */
export function RecoveryCodesStep({
  codes,
  signedOut,
  onDone,
}: {
  codes: RecoveryCodes
  signedOut: boolean
  onDone: () => void
}) {
  const [saved, setSaved] = useState(false)
  const sheet = useRef<HTMLUListElement>(null)

  useEffect(() => {
    if (saved) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [saved])

  return (
    <Panel
      title={m.codesHeading}
      actions={
        <Button kind="primary" disabled={!saved} onClick={onDone}>
          {signedOut ? m.signInAgain : m.done}
        </Button>
      }
    >
      <StepList here={1} />
      <Notice kind="good">
        <p>{m.codesWhy}</p>
        <p>{signedOut ? m.signedOut : m.othersEnded}</p>
      </Notice>
      <RecoverySheet codes={codes} ref={sheet} />
      <div className={styles.actions}>
        <CopyButton text={codes.codes.join('\n')} labels={everywhere.copy} selectOnFailure={() => sheet.current} />
        <Button onClick={() => saveFile(fileName(codes), recoveryCodesText(codes))}>{m.download}</Button>
        <Button onClick={() => print()}>{m.print}</Button>
      </div>
      <Checkbox label={m.savedThem} checked={saved} onChange={(event) => setSaved(event.currentTarget.checked)} />
    </Panel>
  )
}
