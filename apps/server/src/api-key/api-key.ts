import { setImmediate } from 'node:timers/promises'
import { overlaps } from '@latchkey/auth-core/api-credential'
import type { Overlap } from '@latchkey/contract/api-key'
import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import * as apiKeys from '../credentials/api-keys.ts'
import type { Deps } from '../deps.ts'
import type { SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import { readPolicy } from '../installation/installation.ts'
import { openOrNull } from '../secret-box.ts'
import * as sessions from '../sessions/sessions.ts'

/** Everything about the key but the key. */
export async function show({ db, now }: Deps, userId: string) {
  const key = await apiKeys.findInUse(db, userId)
  const retiring = await apiKeys.findRetiring(db, userId, now())
  const { apiKeyVisibility } = await readPolicy(db)
  return {
    exists: key !== null,
    hint: key?.hint ?? null,
    createdAt: key?.createdAt ?? null,
    expiresAt: key?.expiresAt ?? null,
    lastUsedAt: key?.lastUsedAt ?? null,
    lastUsedAddress: key?.lastUsedAddress ?? null,
    lastUsedClient: key?.lastUsedClient ?? null,
    copyable: apiKeyVisibility === 'copyable' && key !== null && key.sealedValue !== null,
    retiring: retiring && { hint: retiring.hint, until: retiring.expiresAt, lastUsedAt: retiring.lastUsedAt },
  }
}

/**
 * A new key in place of the one that is in use as the request comes in: of several at once one wins, and the others
 * hear that it is no longer there to be replaced.
 * @throws Problem wrong-state
 */
export async function generate(deps: Deps, caller: SessionCaller, exchange: Exchange, overlap: Overlap = 'none') {
  const seen = await apiKeys.findInUse(deps.db, caller.user.id)
  await setImmediate() // who came at the same moment gets to see the same
  return sessions.changeOwn(deps, caller, async (tx, { user }, at) => {
    const inUse = await apiKeys.findInUse(tx, user.id)
    if (inUse?.id !== seen?.id) throw new Problem('wrong-state')
    const apiKey = await apiKeys.replace(tx, deps.secretBox, user.id, { overlap: overlaps[overlap], at })
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'api-key.generated', subject: user.id, actor, at, detail: { overlap } })
    return { apiKey }
  })
}

/** The one in use and the one that is retiring. */
export const revoke = (deps: Deps, caller: SessionCaller, exchange: Exchange) =>
  sessions.changeOwn(deps, caller, async (tx, { user }, at) => {
    if (!(await apiKeys.revoke(tx, user.id))) return
    const actor = activity.actorOf(exchange, caller)
    await activity.record(tx, { event: 'api-key.revoked', subject: user.id, actor, at })
  })

/**
 * The key itself, where policy lets it be copied and it was made under that policy. One that can be opened no more, or
 * stands in a row it was not sealed for, is as good as never kept: that it was asked for is remembered all the same.
 * @throws Problem shown-once, not-found
 */
export async function reveal({ secretBox, log, ...deps }: Deps, caller: SessionCaller, exchange: Exchange) {
  const apiKey = await sessions.changeOwn(deps, caller, async (tx, { user }, at) => {
    const { apiKeyVisibility } = await readPolicy(tx)
    if (apiKeyVisibility !== 'copyable') throw new Problem('shown-once')
    const key = await apiKeys.findInUse(tx, user.id)
    if (!key) throw new Problem('not-found')
    if (!key.sealedValue) throw new Problem('shown-once')
    const value = openOrNull(secretBox, key.sealedValue, apiKeys.place(key.id, user.id))
    const row = { subject: user.id, actor: activity.actorOf(exchange, caller), at }
    await activity.record(tx, { ...row, event: 'api-key.shown', outcome: value === null ? 'failure' : 'success' })
    return value
  })
  if (apiKey !== null) return { apiKey }
  log.error('api-key.unreadable', { userId: caller.user.id, requestId: exchange.id })
  throw new Problem('shown-once')
}
