import { randomBytes, randomUUID } from 'node:crypto'
import { formatToken, hashToken, TOKEN_BYTES } from '@latchkey/auth-core/secret-token'
import { absoluteEnd, isOver, MAXIMUM_SESSIONS } from '@latchkey/auth-core/session-lifetime'
import { Problem } from '@latchkey/contract/problem'
import type { AuthenticationMethod } from '@latchkey/contract/sessions'
import type { Tx } from '@latchkey/db/db'
import { and, asc, eq, ne } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { type Caller, findAgain, type SessionCaller } from '../http/caller.ts'
import { giveCookie, readCookie, takeCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { clientFacts } from './client-facts.ts'
import * as knownBrowsers from './known-browsers.ts'

const newToken = () => formatToken(randomBytes(TOKEN_BYTES))

/** An unspent proof for one always-asked action. */
export type Grant = { purpose: string; expiresAt: number }

/** What policy says of sessions. */
type Rules = { sessionIdleMinutes: number; sessionLifetimeHours: number }

/** Begins a session and hands its token to the browser; a session the browser brought along ends. */
export async function begin(
  tx: Tx,
  exchange: Exchange,
  {
    userId,
    methods,
    rules,
    now,
    grant,
  }: { userId: string; methods: AuthenticationMethod[]; rules: Rules; now: number; grant?: Grant | undefined },
) {
  const { sessions, users } = tx.tables
  await endBrought(tx, exchange, userId, now)
  await makeRoom(tx, exchange, { userId, idleMinutes: rules.sessionIdleMinutes, now })

  const token = newToken()
  const session = {
    id: randomUUID(),
    tokenHash: hashToken(token),
    userId,
    authenticationMethods: methods,
    ...clientFacts(exchange),
    ipAddress: exchange.address,
    createdAt: now,
    lastModifiedAt: now,
    lastAuthenticationAt: now,
    lastSeenAt: now,
    expiresAt: absoluteEnd(now, rules.sessionLifetimeHours),
    grantPurpose: grant?.purpose ?? null,
    grantExpiresAt: grant?.expiresAt ?? null,
  }
  await tx.insert(sessions).values(session)
  await tx.update(users).set({ lastSeenAt: now }).where(eq(users.id, userId))
  giveCookie(exchange, 'session', token)
  takeCookie(exchange, 'sign-in')
  await knownBrowsers.remember(tx, exchange, userId, now)
  return session
}

/** The session a browser brought along ends; somebody else's tells its owner why. */
async function endBrought(tx: Tx, exchange: Exchange, userId: string, now: number) {
  const { sessions } = tx.tables
  const brought = readCookie(exchange, 'session')
  if (!brought) return
  const [ended] = await tx
    .delete(sessions)
    .where(eq(sessions.tokenHash, hashToken(brought)))
    .returning()
  if (!ended || ended.userId === userId) return
  const actor = activity.browserActor(exchange, userId)
  const detail = { reason: 'somebody-else-signed-in' }
  await activity.record(tx, { event: 'session.ended', subject: ended.userId, actor, at: now, detail })
}

/** Sessions that are over go, and so do the longest idle ones beyond what one person may have. */
async function makeRoom(
  tx: Tx,
  exchange: Exchange,
  { userId, idleMinutes, now }: { userId: string; idleMinutes: number; now: number },
) {
  const { sessions } = tx.tables
  const own = await tx
    .select({ id: sessions.id, lastSeenAt: sessions.lastSeenAt, expiresAt: sessions.expiresAt })
    .from(sessions)
    .where(eq(sessions.userId, userId))
    .orderBy(asc(sessions.lastSeenAt))
  const live = own.filter((session) => !isOver(session, idleMinutes, now))
  const surplus = live.slice(0, Math.max(0, live.length - MAXIMUM_SESSIONS + 1))
  for (const { id } of [...own.filter((session) => !live.includes(session)), ...surplus])
    await tx.delete(sessions).where(eq(sessions.id, id))
  const actor = activity.browserActor(exchange, userId)
  const detail = { reason: 'too-many' }
  for (const _ of surplus)
    await activity.record(tx, { event: 'session.ended', subject: userId, actor, at: now, detail })
}

/**
 * Gives the caller's session a new token after a proof; the row, and with it the place in the list, stays.
 * Spends every unspent grant: a proof for one action does not outlive the next.
 */
export async function renewToken(
  tx: Tx,
  exchange: Exchange,
  caller: SessionCaller,
  { now, grant, methods }: { now: number; grant?: Grant; methods?: AuthenticationMethod[] },
) {
  const token = newToken()
  await tx
    .update(tx.tables.sessions)
    .set({
      tokenHash: hashToken(token),
      previousTokenHash: caller.tokenHash,
      lastAuthenticationAt: now,
      lastModifiedAt: now,
      grantPurpose: grant?.purpose ?? null,
      grantExpiresAt: grant?.expiresAt ?? null,
      ...(methods && { authenticationMethods: methods }),
    })
    .where(eq(tx.tables.sessions.id, caller.session.id))
  giveCookie(exchange, 'session', token)
}

/**
 * One change by a caller to their own account. Changes to one account happen one after the other, and a session or
 * key that ended, or a right that was taken away, while the request was on its way changes nothing.
 * @throws Problem not-signed-in, forbidden
 */
export const changeOwn = <C extends Caller, T>(
  { db, now }: Pick<Deps, 'db' | 'now'>,
  caller: C,
  work: (tx: Tx, fresh: C, now: number) => Promise<T>,
): Promise<T> =>
  db.write(async (tx) => {
    await tx.lockUser(caller.user.id)
    const fresh = await findAgain(tx, caller, now())
    if (!fresh) throw new Problem('not-signed-in')
    if (!caller.rights.every((right) => fresh.rights.includes(right))) throw new Problem('forbidden')
    return work(tx, fresh, now())
  })

/** The session a caller asks from, if it is one. */
const sessionIdOf = (caller: Caller) => (caller.credential === 'cookie' ? caller.session.id : null)

export async function list({ db, now }: Deps, caller: Caller) {
  const { sessions } = db.tables
  const own = await db.select().from(sessions).where(eq(sessions.userId, caller.user.id))
  return own
    .filter((session) => !isOver(session, caller.sessionIdleMinutes, now()))
    .map((session) => ({ ...session, current: session.id === sessionIdOf(caller) }))
    .sort((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt - a.lastSeenAt)
}

export async function end(deps: Deps, caller: Caller, id: string, exchange: Exchange) {
  const { sessions } = deps.db.tables
  await changeOwn(deps, caller, async (tx, { user }, now) => {
    const own = and(eq(sessions.id, id), eq(sessions.userId, user.id))
    const [ended] = await tx.delete(sessions).where(own).returning()
    if (!ended) throw new Problem('not-found')
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'session.ended', subject: user.id, actor, at: now })
  })
  if (id === sessionIdOf(caller)) takeCookie(exchange, 'session')
}

/** Every session but the one that asks; all of them when a key does. */
export const endOthers = (deps: Deps, caller: Caller, exchange: Exchange) =>
  changeOwn(deps, caller, async (tx, { user }, now) => {
    const count = await endAllBut(tx, user.id, sessionIdOf(caller))
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'sessions.ended', subject: user.id, actor, at: now, detail: { count } })
  })

/** Ends every session of a person but one, and every half-finished sign-in. @returns how many sessions ended */
export async function endAllBut(tx: Tx, userId: string, keptId: string | null): Promise<number> {
  const { sessions, signInChallenges } = tx.tables
  const others = keptId ? and(eq(sessions.userId, userId), ne(sessions.id, keptId)) : eq(sessions.userId, userId)
  await tx.delete(signInChallenges).where(eq(signInChallenges.userId, userId))
  return (await tx.delete(sessions).where(others).returning({ id: sessions.id })).length
}
