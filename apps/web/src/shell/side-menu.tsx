import { useEffect, useRef } from 'react'
import { NavLink, useLocation } from 'react-router-dom'
import { m } from '../messages/shell.ts'
import styles from './side-menu.module.css'

const entries = [
  ['/settings/profile', m.pages.profile],
  ['/settings/password', m.pages.password],
  ['/settings/two-factor', m.pages.twoFactor],
  ['/settings/api-key', m.pages.apiKey],
  ['/settings/api-password', m.pages.apiPassword],
  ['/settings/sessions', m.pages.sessions],
  ['/settings/downloads', m.pages.downloads],
] as const

export function SideMenu() {
  const { pathname } = useLocation()
  const list = useRef<HTMLUListElement>(null)

  // On a narrow screen it is a row to be scrolled: the page one is on must be in sight.
  useEffect(() => {
    const current = list.current?.querySelector(`[href="${pathname}"]`)
    current?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [pathname])

  return (
    <nav className={styles.menu} aria-label={m.settings}>
      <ul ref={list}>
        {entries.map(([to, name]) => (
          <li key={to}>
            <NavLink to={to}>{name}</NavLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
