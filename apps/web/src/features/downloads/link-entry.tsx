import type { Download } from '@latchkey/contract/downloads'
import { Button } from '@latchkey/ui/button'
import { Facts } from '@latchkey/ui/facts'
import { useId } from 'react'
import { moment } from '../../credentials/moment.tsx'
import { m as credentials } from '../../messages/credentials.ts'
import { m } from '../../messages/downloads.ts'
import { m as everywhere } from '../../messages/everywhere.ts'
import styles from './link-entry.module.css'

type Props = { link: Download; pending: boolean; onRevoke: () => void }

export function LinkEntry({ link: { resource, createdAt, expiresAt, lastUsedAt }, pending, onRevoke }: Props) {
  const id = useId()

  return (
    <div className={styles.link}>
      <div className={styles.head}>
        <h3 className={styles.name} id={id}>
          {m.resources[resource].name}
        </h3>
        <Button aria-describedby={id} pending={pending} onClick={onRevoke}>
          {credentials.revoke}
        </Button>
      </div>
      <Facts
        items={[
          [credentials.made, moment(createdAt, everywhere.unknown)],
          [credentials.expires, moment(expiresAt, credentials.doesNotExpire)],
          [credentials.lastUsed, moment(lastUsedAt, credentials.neverUsed)],
        ]}
      />
    </div>
  )
}
