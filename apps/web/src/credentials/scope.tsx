import { Facts } from '@latchkey/ui/facts'
import type { ReactNode } from 'react'
import { m } from '../messages/credentials.ts'
import styles from './scope.module.css'

/** Where a credential is taken and, as list items, where it is not: nobody should have to find out by trying. */
export const Scope = ({ works, children }: { works: string; children: ReactNode }) => (
  <div className={styles.scope}>
    <Facts
      items={[
        [m.works, works],
        [
          m.doesNotWork,
          <ul key="not" className={styles.list}>
            {children}
          </ul>,
        ],
      ]}
    />
  </div>
)
