import type { ReactNode } from 'react'
import { m } from '../messages/shell.ts'
import { ProductName } from './product-name.tsx'
import styles from './quiet-card.module.css'

/** One card in the middle of an empty page: for everything before there is an account to show. */
export const QuietCard = ({ title, children }: { title: string; children: ReactNode }) => (
  <main className={styles.page}>
    <title>{m.titleOf(title)}</title>
    <div className={styles.card}>
      <p>
        <ProductName />
      </p>
      <h1 className={styles.title}>{title}</h1>
      {children}
    </div>
  </main>
)
