import { Button } from '@latchkey/ui/button'
import { SecretText } from '@latchkey/ui/secret-text'
import { useEffect, useRef } from 'react'
import { m } from '../../messages/api-key.ts'
import styles from './copyable-key.module.css'

/** The clipboard was not to be had: the key itself, selected, until it is hidden or the page is left. */
export function KeyInstead({ apiKey, onHide }: { apiKey: string; onHide: () => void }) {
  const text = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!text.current) return
    text.current.focus()
    getSelection()?.selectAllChildren(text.current)
  }, [])

  return (
    <div className={styles.place}>
      <SecretText ref={text} label={m.shownInstead} text={apiKey} whole />
      <p className={styles.outcome} role="status">
        {m.selected}
      </p>
      <div>
        <Button onClick={onHide}>{m.hide}</Button>
      </div>
    </div>
  )
}
