import type { ReactNode } from 'react'
import { m } from '../messages/credentials.ts'
import styles from './scope.module.css'

/** Where a credential is taken and, as list items, where it is not: nobody should have to find out by trying. */
export const Scope = ({ works, children }: { works: string; children: ReactNode }) => (
  <dl className={styles.scope}>
    <div>
      <dt>{m.works}</dt>
      <dd>{works}</dd>
    </div>
    <div>
      <dt>{m.doesNotWork}</dt>
      <dd>
        <ul className={styles.list}>{children}</ul>
      </dd>
    </div>
  </dl>
)
