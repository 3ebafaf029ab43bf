import { type ReactNode, useEffect, useRef } from 'react'
import { useLocation } from 'react-router-dom'
import { m } from '../messages/shell.ts'
import styles from './page.module.css'

/** A page of the settings: its name in the window and as the first thing heard, then its cards. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { key } = useLocation()
  const arrived = useRef(key !== 'default')

  // The browser only does this for pages it loads itself.
  useEffect(() => {
    if (!arrived.current) return
    heading.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [])

  return (
    <div className={styles.page}>
      <title>{m.titleOf(title)}</title>
      <h1 ref={heading} tabIndex={-1} className={styles.title}>
        {title}
      </h1>
      {children}
    </div>
  )
}
