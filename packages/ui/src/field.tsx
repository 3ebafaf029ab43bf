import { type ReactNode, useId } from 'react'
import styles from './field.module.css'

/** What every field has: a visible label, perhaps a note under it, and the error in its place once there is one. */
export type FieldLook = {
  label: string
  /** stands beside the label, e.g. "optional" */
  aside?: string | undefined
  note?: ReactNode
  error?: string | undefined
}

type InputWiring = { id: string; className: string | undefined; 'aria-invalid': boolean; 'aria-describedby': string }

export function Field({
  label,
  aside,
  note,
  error,
  children,
}: FieldLook & { children: (input: InputWiring) => ReactNode }) {
  const id = useId()
  const describedBy = `${id}-error ${id}-note`

  return (
    <div className={styles.field}>
      <span>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {aside && <span className={styles.optional}> {aside}</span>}
      </span>
      {children({ id, className: styles.input, 'aria-invalid': Boolean(error), 'aria-describedby': describedBy })}
      <p className={styles.error} id={`${id}-error`} aria-live="polite">
        {error}
      </p>
      {note && !error && (
        <div className={styles.note} id={`${id}-note`}>
          {note}
        </div>
      )}
    </div>
  )
}
