import { eq, sql } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import type { Caller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import * as sessions from '../sessions/sessions.ts'

/** The account of the caller, as the look-up of the credential already found it. */
export const show = ({ user, twoFactor, rights }: Caller) => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  email: user.email,
  emailVerified: user.emailVerifiedAt !== null,
  pendingEmail: null,
  role: user.role,
  permissions: [...rights],
  twoFactor: twoFactor.status,
  createdAt: user.createdAt,
})

export const update = (deps: Deps, caller: Caller, exchange: Exchange, { displayName }: { displayName: string }) =>
  sessions.changeOwn(deps, caller, async (tx, fresh, at) => {
    const { users } = tx.tables
    const version = sql`${users.version} + 1`
    await tx.update(users).set({ displayName, version }).where(eq(users.id, fresh.user.id))
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'profile.changed', subject: fresh.user.id, actor, at })
    return show({ ...fresh, user: { ...fresh.user, displayName } })
  })
