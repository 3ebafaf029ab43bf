import { Button } from '@latchkey/ui/button'
import { CopyButton } from '@latchkey/ui/copy-button'
import { Notice } from '@latchkey/ui/notice'
import { Panel } from '@latchkey/ui/panel'
import { SecretText } from '@latchkey/ui/secret-text'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { m as everywhere } from '../messages/everywhere.ts'
import styles from './shown-once.module.css'
import { useAskBeforeLeaving } from './use-ask-before-leaving.ts'

type Props = {
  title: string
  /** what the secret is */
  label: string
  secret: string
  /** that it is not shown again */
  note: string
  /** the button that puts it away */
  saved: string
  /** asked of whoever leaves before it was taken; not where it can be had again */
  leave?: string | undefined
  /** other ways to take it */
  children?: ReactNode
  onDone: () => void
}

/** A secret the server says this once. It is drawn from here and kept nowhere: put away, it is gone. */
export function ShownOnce({ title, label, secret, note, saved, leave, children, onDone }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const text = useRef<HTMLDivElement>(null)
  const [taken, setTaken] = useState(false)
  useAskBeforeLeaving(taken ? undefined : leave)

  // What had the focus is gone, or is a question that was just answered.
  useEffect(() => {
    place.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [])

  return (
    <div ref={place} tabIndex={-1}>
      <Panel
        title={title}
        actions={
          <Button kind="primary" onClick={onDone}>
            {saved}
          </Button>
        }
      >
        <Notice kind={leave ? 'warning' : 'info'}>{note}</Notice>
        <div className={styles.secret} onCopy={() => setTaken(true)}>
          <SecretText ref={text} label={label} text={secret} whole />
          <div className={styles.ways}>
            <CopyButton
              text={secret}
              labels={everywhere.copy}
              selectOnFailure={() => text.current}
              onCopied={() => setTaken(true)}
            />
            {children}
          </div>
        </div>
      </Panel>
    </div>
  )
}
