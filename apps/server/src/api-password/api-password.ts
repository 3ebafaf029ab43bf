import { setImmediate } from 'node:timers/promises'
import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import * as apiPasswords from '../credentials/api-passwords.ts'
import type { Deps } from '../deps.ts'
import type { Caller, CallerLookups, SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import * as sessions from '../sessions/sessions.ts'

/** Everything about the API password but itself, and whether HTTP Basic takes the account password now. */
export async function show({ db }: Deps, { user }: Caller, lookups: CallerLookups) {
  const row = await apiPasswords.find(db, user.id)
  const byName = await lookups.username(user.username)
  return {
    exists: row !== null,
    createdAt: row?.createdAt ?? null,
    expiresAt: row?.expiresAt ?? null,
    lastUsedAt: row?.lastUsedAt ?? null,
    accountPasswordAccepted: byName !== null && byName.caller !== null,
  }
}

/** A new one in place of the one that is there as the request comes in. @throws Problem wrong-state */
export async function generate(deps: Deps, caller: SessionCaller, exchange: Exchange) {
  const seen = await apiPasswords.find(deps.db, caller.user.id)
  await setImmediate() // who came at the same moment gets to see the same
  return sessions.changeOwn(deps, caller, async (tx, { user }, at) => {
    const inUse = await apiPasswords.find(tx, user.id)
    if (inUse?.tokenHash !== seen?.tokenHash) throw new Problem('wrong-state')
    const apiPassword = await apiPasswords.replace(tx, user.id, at)
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'api-password.generated', subject: user.id, actor, at })
    return { apiPassword }
  })
}

export const revoke = (deps: Deps, caller: SessionCaller, exchange: Exchange) =>
  sessions.changeOwn(deps, caller, async (tx, { user }, at) => {
    if (!(await apiPasswords.revoke(tx, user.id))) return
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'api-password.revoked', subject: user.id, actor, at })
  })
