import { type ReactNode, useId } from 'react'
import styles from './panel.module.css'

type Props = {
  title: string
  /** one sentence that says what this card is for */
  purpose?: ReactNode
  danger?: boolean
  children?: ReactNode
  /** the one thing to do here stands last */
  actions?: ReactNode
}

/** A card: heading, purpose, state, action. */
export function Panel({ title, purpose, danger, children, actions }: Props) {
  const titleId = useId()

  return (
    <section className={danger ? `${styles.panel} ${styles.danger}` : styles.panel} aria-labelledby={titleId}>
      <div className={styles.body}>
        <div className={styles.head}>
          <h2 className={styles.title} id={titleId}>
            {title}
          </h2>
          {purpose && <p className={styles.purpose}>{purpose}</p>}
        </div>
        {children}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </section>
  )
}
