import { Problem } from '@latchkey/contract/problem'
import { eq } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { acceptNewPassword } from '../new-password/new-password.ts'
import * as knownBrowsers from '../sessions/known-browsers.ts'
import * as sessions from '../sessions/sessions.ts'
import * as challenges from './challenges.ts'
import { expired, proceed, readEntrant } from './steps.ts'

/** The step after a password that somebody else chose: the person's own takes its place. */
export async function chooseNewPassword(deps: Deps, exchange: Exchange, newPassword: string) {
  const { db, now, hashPool } = deps
  const token = readCookie(exchange, 'sign-in')
  const challenge = await challenges.find(db, token, 'new-password', now())
  const person = challenge && (await readEntrant(db, challenge.userId))?.user
  if (!person) throw expired(exchange)
  // What is wrong with the new one can be said without hashing, and so costs no try
  await acceptNewPassword(deps, { password: newPassword, person, pointer: '/newPassword' })

  const counted = await db.write((tx) => challenges.takeTry(tx, token, 'new-password', now()))
  if (!counted) throw expired(exchange)
  if (await hashPool.verify(newPassword, person.passwordHash))
    throw new Problem('invalid-input', { errors: [{ pointer: '/newPassword', code: 'same-as-current' }] })
  const passwordHash = await hashPool.hash(newPassword)

  const progress = await db.write(async (tx) => {
    await tx.lockUser(person.id)
    const at = now()
    const standing = await readEntrant(tx, person.id)
    if (!standing || !(await challenges.close(tx, counted.tokenHash))) return null
    const { users } = tx.tables
    const change = { passwordHash, passwordChangedAt: at, passwordChangeRequired: false }
    await tx.update(users).set(change).where(eq(users.id, person.id))
    await knownBrowsers.forgetAll(tx, person.id)
    const count = await sessions.endAllBut(tx, person.id, null)
    const actor = activity.browserActor(exchange, person.id)
    const detail = { sessionsEnded: count }
    await activity.record(tx, { event: 'password.changed', subject: person.id, actor, at, detail })
    const user = { ...standing.user, ...change }
    return proceed(tx, deps, exchange, { standing: { ...standing, user }, methods: counted.methods, at })
  })
  if (!progress) throw expired(exchange)
  return progress
}
