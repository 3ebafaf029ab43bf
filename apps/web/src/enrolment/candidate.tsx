import { buttonClass } from '@latchkey/ui/button'
import { CopyButton } from '@latchkey/ui/copy-button'
import { Facts } from '@latchkey/ui/facts'
import { SecretText } from '@latchkey/ui/secret-text'
import { QRCodeSVG } from 'qrcode.react'
import { useRef } from 'react'
import { m } from '../messages/enrolment.ts'
import { m as everywhere } from '../messages/everywhere.ts'
import styles from './candidate.module.css'

/** The new secret, for a camera and for fingers. */
export function Candidate({ secret, otpauthUri }: { secret: string; otpauthUri: string }) {
  const key = useRef<HTMLDivElement>(null)

  return (
    <div className={styles.place}>
      <div className={styles.candidate}>
        <div className={styles.paper}>
          <QRCodeSVG value={otpauthUri} size={208} marginSize={4} level="M" role="img" aria-label={m.qrCode} />
        </div>
        <div className={styles.byHand}>
          <p>{m.byHand}</p>
          <SecretText ref={key} label={m.setupKey} text={secret} />
          <div className={styles.actions}>
            <CopyButton text={secret} labels={everywhere.copy} selectOnFailure={() => key.current} />
            <a className={`${buttonClass({ kind: 'plain' })} ${styles.touchOnly}`} href={otpauthUri}>
              {m.openApp}
            </a>
          </div>
          <Facts items={m.details} />
        </div>
      </div>
    </div>
  )
}
