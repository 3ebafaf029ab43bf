import type { Ref } from 'react'
import { m } from '../messages/enrolment.ts'
import { dateInWords, type RecoveryCodes } from './recovery-codes.ts'
import styles from './recovery-sheet.module.css'

/** The codes with what one needs to know in a year; on paper there is nothing but this. */
export const RecoverySheet = ({ codes, ref }: { codes: RecoveryCodes; ref: Ref<HTMLUListElement> }) => (
  <div className={styles.sheet}>
    <div className={styles.onPaper}>
      <p className={styles.title}>{m.sheetTitle}</p>
      <p>{m.sheetPurpose}</p>
      <p>
        {m.sheetAt}: {codes.host}
      </p>
      <p>
        {m.sheetFor}: {codes.username}
      </p>
    </div>
    <p className={styles.set}>
      {m.codesSet} <code>{codes.setId}</code> · {m.codesMade} {dateInWords(codes.madeAt)}
    </p>
    <ul ref={ref} className={styles.codes} aria-label={m.codesLabel}>
      {codes.codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
  </div>
)
