import { preparePassword } from '@latchkey/auth-core/password-policy'
import type { BodyOf } from '@latchkey/contract/endpoint'
import type { changePassword } from '@latchkey/contract/password'
import { Problem } from '@latchkey/contract/problem'
import { eq } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import { revokeCredentials } from '../credentials/revoke.ts'
import type { Deps } from '../deps.ts'
import type { SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import { acceptNewPassword } from '../new-password/new-password.ts'
import * as knownBrowsers from '../sessions/known-browsers.ts'
import * as sessions from '../sessions/sessions.ts'
import { provePassword } from '../sign-in/password-proof.ts'
import { storePassword } from '../sign-in/store-password.ts'

/**
 * Changes the password with the present one. Every other session and half-finished sign-in ends with it, whatever
 * the client asks; this session goes on under a new token.
 */
export async function change(
  deps: Deps,
  caller: SessionCaller,
  exchange: Exchange,
  { currentPassword, newPassword, alsoRevoke = [] }: BodyOf<typeof changePassword>,
) {
  const { db, now, hashPool } = deps
  const { users } = db.tables
  // What is wrong with the new one can be said without a proof, and so costs no try
  if (preparePassword(newPassword) === preparePassword(currentPassword))
    throw new Problem('invalid-input', { errors: [{ pointer: '/newPassword', code: 'same-as-current' }] })
  await acceptNewPassword(deps, { password: newPassword, person: caller.user, pointer: '/newPassword' })

  const [stored] = await db.select().from(users).where(eq(users.id, caller.user.id))
  const target = { userId: caller.user.id, passwordHash: stored?.passwordHash ?? null }
  const { isRight, forgive } = await provePassword(deps, exchange, target, currentPassword)
  if (!isRight) {
    const actor = activity.browserActor(exchange, caller.user.id, caller.session.id)
    const row = { subject: caller.user.id, actor, at: now() }
    await db.write((tx) => activity.record(tx, { ...row, event: 'password.changed', outcome: 'failure' }))
    throw new Problem('wrong-password', { pointer: '/currentPassword' })
  }
  const passwordHash = await hashPool.hash(newPassword).catch(async (busy: unknown) => {
    await db.write(forgive) // the present one was right
    throw busy
  })

  await sessions.changeOwn(deps, caller, async (tx, { user, session }, at) => {
    const [before] = await tx.select().from(users).where(eq(users.id, user.id))
    if (before?.passwordChangedAt !== stored?.passwordChangedAt)
      throw new Problem('wrong-password', { pointer: '/currentPassword' })
    await forgive(tx)
    const given = { passwordHash, isTemporary: false, keptSessionId: session.id, at }
    const sessionsEnded = await storePassword(tx, user.id, given)
    await knownBrowsers.remember(tx, exchange, user.id, at)
    await sessions.renewToken(tx, exchange, caller, { now: at })
    const row = { subject: user.id, actor: activity.actorOf(exchange, caller), at }
    await activity.record(tx, { ...row, event: 'password.changed', detail: { sessionsEnded } })
    await revokeCredentials(tx, user.id, alsoRevoke, row)
  })
}
