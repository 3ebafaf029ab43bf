import type { Session } from '@latchkey/contract/sessions'
import { Facts } from '@latchkey/ui/facts'
import { RelativeTime } from '@latchkey/ui/relative-time'
import { StatusMark } from '@latchkey/ui/status-mark'
import type { ReactNode } from 'react'
import { m as everywhere } from '../../messages/everywhere.ts'
import { locale } from '../../messages/language.ts'
import { m } from '../../messages/sessions.ts'
import styles from './session-entry.module.css'
import { sessionName } from './session-name.ts'

const time = (at: number) => <RelativeTime at={at} locale={locale} />
const list = new Intl.ListFormat(locale, { type: 'conjunction' })

/** One browser: its name, then everything that is known about it. */
export function SessionEntry({ session, action }: { session: Session; action?: ReactNode }) {
  const methods = list.format(session.authenticationMethods.map((method) => m.methods[method]))

  return (
    <div className={styles.session}>
      <div className={styles.head}>
        <div>
          <h3 className={styles.name}>{sessionName(session)}</h3>
          <p className={styles.seen}>
            {session.current ? (
              <StatusMark tone="good">{m.current}</StatusMark>
            ) : (
              <>
                {m.seen} {time(session.lastSeenAt)}
              </>
            )}
          </p>
        </div>
        {action}
      </div>
      <Facts
        items={[
          [m.facts.browser, session.browser ?? everywhere.unknown],
          [m.facts.operatingSystem, session.operatingSystem ?? everywhere.unknown],
          [m.facts.model, session.model ?? everywhere.unknown],
          [m.facts.ipAddress, session.ipAddress],
          [m.facts.expires, time(session.expiresAt)],
          [m.facts.lastModified, time(session.lastModifiedAt)],
          [m.facts.created, time(session.createdAt)],
          [m.facts.lastAuthentication, time(session.lastAuthenticationAt)],
          [m.facts.methods, methods],
          [m.facts.engine, session.engine ?? everywhere.unknown],
          [m.facts.cpuArchitecture, session.cpuArchitecture ?? everywhere.unknown],
        ]}
      />
    </div>
  )
}
