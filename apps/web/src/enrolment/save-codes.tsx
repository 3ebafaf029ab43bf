import { Button } from '@latchkey/ui/button'
import { Checkbox } from '@latchkey/ui/checkbox'
import { CopyButton } from '@latchkey/ui/copy-button'
import { useRef } from 'react'
import { m } from '../messages/enrolment.ts'
import { m as everywhere } from '../messages/everywhere.ts'
import { fileName, type RecoveryCodes, recoveryCodesText } from './recovery-codes.ts'
import { RecoverySheet } from './recovery-sheet.tsx'
import styles from './save-codes.module.css'
import { saveFile } from './save-file.ts'

type Props = { codes: RecoveryCodes; saved: boolean; onSaved: (saved: boolean) => void }

/** The one time a set of recovery codes is visible, with every way to keep it. */
export function SaveCodes({ codes, saved, onSaved }: Props) {
  const sheet = useRef<HTMLUListElement>(null)

  return (
    <>
      <RecoverySheet codes={codes} ref={sheet} />
      <div className={styles.actions}>
        <CopyButton text={codes.codes.join('\n')} labels={everywhere.copy} selectOnFailure={() => sheet.current} />
        <Button onClick={() => saveFile(fileName(codes), recoveryCodesText(codes))}>{m.download}</Button>
        <Button onClick={() => print()}>{m.print}</Button>
      </div>
      <Checkbox label={m.savedThem} checked={saved} onChange={(event) => onSaved(event.currentTarget.checked)} />
    </>
  )
}
