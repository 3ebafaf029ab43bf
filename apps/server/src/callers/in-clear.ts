import { hashApiCredential } from '@latchkey/auth-core/api-credential'
import { limits } from '@latchkey/auth-core/lockout'
import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import * as attempts from '../attempts/attempts.ts'
import type { Deps } from '../deps.ts'
import { readAuthorization } from '../http/authorization.ts'
import { type Caller, type CallerLookups, prepareCallerLookups } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'

/**
 * Tells the owner of an API key or password that it came over plain http, where others could read it: the request is
 * refused either way, and only the owner can put another one in its place without a program standing still.
 */
export function prepareWarning(deps: Deps) {
  const lookups = prepareCallerLookups(deps.db, deps.now)
  return async (exchange: Exchange) => {
    const caller = await ownerOf(exchange, lookups)
    if (!caller) return
    const { db, now, log } = deps
    log.warn('credential.in-clear', { requestId: exchange.id, network: exchange.network })
    const actor = activity.actorOf(exchange, caller)
    const row = { subject: caller.user.id, actor, at: now() }
    const window = { key: `in-clear:${caller.credential}:${caller.user.id}`, limit: limits.inClearOfAccount }
    await db.write(async (tx) => {
      const wasTold = await attempts.countInWindows(tx, [window], row.at)
      if (!wasTold) await activity.record(tx, { ...row, event: 'credential.in-clear', outcome: 'failure' })
    })
  }
}

async function ownerOf(exchange: Exchange, lookups: CallerLookups): Promise<Caller | null> {
  try {
    const shown = readAuthorization(exchange)
    if (shown?.scheme === 'bearer') return await lookups.key(hashApiCredential(shown.token))
    if (shown?.scheme === 'basic' && shown.shown)
      return await lookups.apiPassword(hashApiCredential(shown.shown.password))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  return null
}
