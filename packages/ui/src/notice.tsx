import type { ReactNode, Ref } from 'react'
import styles from './notice.module.css'

type Props = {
  kind: 'info' | 'good' | 'warning' | 'bad'
  title?: string
  children?: ReactNode
  /** to move the focus here when what had it is gone */
  ref?: Ref<HTMLDivElement>
}

/** Something that happened, said once where it happened. Bad news interrupts a screen reader, the rest waits its turn. */
export const Notice = ({ kind, title, children, ref }: Props) => (
  <div
    ref={ref}
    tabIndex={-1}
    className={`${styles.notice} ${styles[kind]}`}
    role={kind === 'bad' ? 'alert' : 'status'}
  >
    {title && <p className={styles.title}>{title}</p>}
    {children}
  </div>
)
