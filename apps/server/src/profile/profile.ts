import { eq, sql } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import type { Caller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import * as sessions from '../sessions/sessions.ts'

const permissions = {
  administrator: ['account', 'users', 'policy', 'activity', 'introspect', 'authorized-keys'],
  member: ['account'],
  'read-only': ['account:read', 'account:sign-in-security'],
  service: ['introspect', 'authorized-keys'],
}

/** The account of the caller, as the session look-up already found it. */
export const show = ({ user, twoFactor }: Caller) => ({
  id: user.id,
  username: user.username,
  displayName: user.displayName,
  email: user.email,
  emailVerified: user.emailVerifiedAt !== null,
  pendingEmail: null,
  role: user.role,
  permissions: permissions[user.role],
  twoFactor: twoFactor.status,
  createdAt: user.createdAt,
})

export const update = (deps: Deps, caller: Caller, exchange: Exchange, { displayName }: { displayName: string }) =>
  sessions.changeOwn(deps, caller, async (tx, fresh, at) => {
    const { users } = tx.tables
    const version = sql`${users.version} + 1`
    await tx.update(users).set({ displayName, version }).where(eq(users.id, fresh.user.id))
    const actor = activity.browserActor(exchange, fresh.user.id, fresh.session.id)
    await activity.record(tx, { event: 'profile.changed', subject: fresh.user.id, actor, at })
    return show({ ...fresh, user: { ...fresh.user, displayName } })
  })
