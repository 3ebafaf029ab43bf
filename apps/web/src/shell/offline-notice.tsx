import { Notice } from '@latchkey/ui/notice'
import { useSyncExternalStore } from 'react'
import { m } from '../messages/shell.ts'

const subscribe = (changed: () => void) => {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

export const OfflineNotice = () =>
  useSyncExternalStore(subscribe, () => navigator.onLine) ? null : <Notice kind="warning">{m.offline}</Notice>
