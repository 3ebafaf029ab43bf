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

  // Nobody leaves codes behind that are shown once: not by closing the page, not by a link to another one.
  useEffect(() => {
    if (saved) return
    const asked = new AbortController()
    const { signal } = asked
    addEventListener('beforeunload', (event) => event.preventDefault(), { signal })
    const ask = (event: MouseEvent) => {
      if (!(event.target instanceof Element && event.target.closest('a[href]:not([download])'))) return
      if (confirm(m.leaveCodes)) return
      event.preventDefault()
      event.stopPropagation()
    }
    addEventListener('click', ask, { capture: true, signal })
    return () => asked.abort()
  }, [saved])

  // The session behind this page is over. However it is left, what other pages knew of it is over too.
  const leave = useRef(onDone)
  leave.current = onDone
  useEffect(() => (signedOut ? () => leave.current() : undefined), [signedOut])

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
