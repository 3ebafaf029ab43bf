import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import styles from './menu.module.css'

/** For the links and buttons inside: each carries `role="menuitem"` and `tabIndex={-1}`. */
export const menuItem = { role: 'menuitem', tabIndex: -1, className: styles.item } as const

/** A menu behind a button, on the native popover: Escape and a click elsewhere close it, arrow keys move in it. */
export function Menu({ label, heading, children }: { label: string; heading?: string; children: ReactNode }) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  const items = () => [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]

  const show = () => {
    list.current?.showPopover()
    items()[0]?.focus()
  }

  const move = (event: KeyboardEvent) => {
    const all = items()
    const here = all.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 }[event.key]
    if (event.key === 'Tab') list.current?.hidePopover()
    if (to === undefined) return
    event.preventDefault()
    all.at(to % all.length)?.focus()
  }

  return (
    <div className={styles.place}>
      <button
        type="button"
        className={styles.button}
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={(event) => {
          event.preventDefault() // the browser would do the same, but move the focus only later
          if (open) list.current?.hidePopover()
          else show()
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' || open) return
          event.preventDefault()
          show()
        }}
      >
        <span>{label}</span>
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M2.5 4.5 6 8l3.5-3.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        className={styles.menu}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {heading && <p className={styles.heading}>{heading}</p>}
        <div role="menu" tabIndex={-1} aria-label={label} onClick={() => list.current?.hidePopover()} onKeyDown={move}>
          {children}
        </div>
      </div>
    </div>
  )
}
