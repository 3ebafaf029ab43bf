import { Notice } from '@latchkey/ui/notice'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'
import { Link, Navigate, Outlet, useLocation } from 'react-router-dom'
import { accountQuery } from '../api/account.ts'
import { Answer } from '../api/answer.tsx'
import { isProblem } from '../api/is-problem.ts'
import { StepUp } from '../features/step-up/step-up.tsx'
import { m } from '../messages/shell.ts'
import { OfflineNotice } from './offline-notice.tsx'
import { Page } from './page.tsx'
import { ProductName } from './product-name.tsx'
import { ProfileMenu } from './profile-menu.tsx'
import styles from './settings-layout.module.css'
import { SideMenu } from './side-menu.tsx'
import type { Account, SignedIn } from './signed-in.ts'

/** The frame around the settings: only for people who are signed in. */
export function SettingsLayout() {
  const { pathname, state } = useLocation()
  // A page may have something left to show once after the server ended this session: it holds itself on screen until left.
  const [heldAt, setHeldAt] = useState<string>()
  // Once it was left, nothing of it comes back: whoever returns is asked who they are like everybody.
  if (heldAt !== undefined && heldAt !== pathname) setHeldAt(undefined)
  const account = useQuery({ ...accountQuery, enabled: heldAt !== pathname })

  if (heldAt !== pathname && isProblem(account.error, 'not-signed-in')) {
    const reason = account.data ? 'ended' : state?.from === '/' ? undefined : 'needed'
    return <Navigate to={`/sign-in?return_to=${encodeURIComponent(pathname)}`} replace state={{ reason }} />
  }

  return (
    <>
      <a className={styles.skip} href="#content">
        {m.skipToContent}
      </a>
      <header className={styles.header}>
        <Link to="/settings/profile" className={styles.home}>
          <ProductName />
        </Link>
        {account.data && <ProfileMenu name={account.data.displayName} username={account.data.username} />}
      </header>
      <div className={styles.frame}>
        <SideMenu />
        <main id="content" tabIndex={-1} className={styles.content}>
          <OfflineNotice />
          {/* from the page that sent somebody here */}
          {state?.said && <Notice kind="warning">{state.said}</Notice>}
          <StepUp>
            {account.data ? (
              <Suspense>
                <Outlet
                  context={
                    {
                      account: account.data,
                      hold: (held) => setHeldAt(held ? pathname : undefined),
                    } satisfies SignedIn
                  }
                />
              </Suspense>
            ) : (
              <Waiting account={account} />
            )}
          </StepUp>
        </main>
      </div>
    </>
  )
}

/** Before it is known who is here: nothing but the shape of a page, or why it cannot be shown. */
const Waiting = ({ account }: { account: UseQueryResult<Account, Error> }) => {
  const answer = <Answer query={account}>{() => null}</Answer>
  return account.isError ? <Page title={m.settings}>{answer}</Page> : answer
}
