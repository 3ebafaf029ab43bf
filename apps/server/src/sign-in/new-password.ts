import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { acceptNewPassword } from '../new-password/new-password.ts'
import * as challenges from './challenges.ts'
import { expired, proceed, readEntrant } from './steps.ts'
import { storePassword } from './store-password.ts'

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
    const given = { passwordHash, isTemporary: false, keptSessionId: null, at }
    const detail = { sessionsEnded: await storePassword(tx, person.id, given) }
    const actor = activity.browserActor(exchange, person.id)
    await activity.record(tx, { event: 'password.changed', subject: person.id, actor, at, detail })
    const user = { ...standing.user, passwordChangeRequired: false }
    return proceed(tx, deps, exchange, { standing: { ...standing, user }, methods: counted.methods, at })
  })
  if (!progress) throw expired(exchange)
  return progress
}
