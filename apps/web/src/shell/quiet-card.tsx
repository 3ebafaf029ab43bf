import { type ReactNode, useEffect, useRef } from 'react'
import { m } from '../messages/shell.ts'
import { ProductName } from './product-name.tsx'
import styles from './quiet-card.module.css'

type Props = {
  title: string
  /** where nothing inside asks for the focus: what is here is new, so it is heard from its name on */
  takesFocus?: boolean
  /** for what has two columns where there is room */
  wide?: boolean
  children: ReactNode
}

/** One card in the middle of an empty page: for everything before there is an account to show. */
export function QuietCard({ title, takesFocus = false, wide = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (takesFocus) heading.current?.focus()
  }, [takesFocus])

  return (
    <main className={styles.page}>
      <title>{m.titleOf(title)}</title>
      <div className={wide ? `${styles.card} ${styles.wide}` : styles.card}>
        <p>
          <ProductName />
        </p>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  )
}
