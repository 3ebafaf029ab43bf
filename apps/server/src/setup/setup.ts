import { limits } from '@latchkey/auth-core/lockout'
import { hashToken } from '@latchkey/auth-core/secret-token'
import { Problem } from '@latchkey/contract/problem'
import { and, eq, gt } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import * as attempts from '../attempts/attempts.ts'
import type { Deps } from '../deps.ts'
import type { Exchange } from '../http/exchange.ts'
import { closeSetup, isSetupNeeded, readPolicy } from '../installation/installation.ts'
import { acceptNewPassword } from '../new-password/new-password.ts'
import * as sessions from '../sessions/sessions.ts'
import { acceptUsername, createUser } from '../users/create-user.ts'

type FirstAdministrator = {
  token: string
  username: string
  displayName: string
  password: string
  email?: string | undefined
}

/** Makes the first administrator with the one-time link, once for all processes and all time, and signs them in. */
export async function complete(deps: Deps, exchange: Exchange, person: FirstAdministrator) {
  const { db, now, hashPool } = deps
  if (!(await isSetupNeeded(db))) throw new Problem('not-found')

  const window = { key: `setup:${exchange.network}`, limit: limits.setupFromNetwork }
  const refusal = await db.write((tx) => attempts.countInWindows(tx, [window], now()))
  if (refusal) throw refusal
  const { setupLinks } = db.tables
  const live = and(eq(setupLinks.tokenHash, hashToken(person.token)), gt(setupLinks.expiresAt, now()))
  if ((await db.select().from(setupLinks).where(live)).length === 0)
    throw new Problem((await isSetupNeeded(db)) ? 'wrong-setup-link' : 'not-found') // used up a moment ago

  const username = acceptUsername(person.username)
  await acceptNewPassword(deps, { password: person.password, person: { ...person, username }, pointer: '/password' })
  const passwordHash = await hashPool.hash(person.password)

  await db.write(async (tx) => {
    const at = now()
    const [spent] = await tx.delete(setupLinks).where(live).returning()
    if (!(await closeSetup(tx, at))) throw new Problem('not-found')
    if (!spent) throw new Problem('wrong-setup-link')
    await attempts.forget(tx, [window.key])

    const actor = { kind: 'setup-link' as const, userId: null, exchange }
    const id = await createUser(tx, { ...person, username, role: 'administrator', passwordHash }, actor, at)
    const rules = await readPolicy(tx)
    const session = await sessions.begin(tx, exchange, { userId: id, methods: ['password'], rules, now: at })
    const browser = activity.browserActor(exchange, id, session.id)
    await activity.record(tx, { event: 'sign-in', subject: id, actor: browser, at, detail: { methods: 'setup-link' } })
  })
  return { status: 'signed-in' as const }
}
