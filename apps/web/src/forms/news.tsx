import { Notice } from '@latchkey/ui/notice'
import { type ReactNode, useEffect, useRef } from 'react'

/** What was just done. It takes the focus, because the button that did it is often gone. */
export function News({ children }: { children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => ref.current?.focus(), [])

  return (
    <Notice ref={ref} kind="good">
      {children}
    </Notice>
  )
}
