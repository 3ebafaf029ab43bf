import { type ReactNode, useEffect, useId, useRef } from 'react'
import styles from './dialog.module.css'

/** A native modal dialog, open for as long as it is rendered. Escape asks `onClose`; focus goes back by itself. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  useEffect(() => {
    const dialog = ref.current
    const cameFrom = document.activeElement
    dialog?.showModal()
    return () => {
      dialog?.close()
      if (cameFrom instanceof HTMLElement) cameFrom.focus()
    }
  }, [])

  return (
    <dialog
      ref={ref}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <div className={styles.body}>
        <h2 className={styles.title} id={titleId}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  )
}
