import { hashApiCredential, looksLikeApiCredential } from '@latchkey/auth-core/api-credential'
import { hashToken } from '@latchkey/auth-core/secret-token'
import { SEEN_RESOLUTION } from '@latchkey/auth-core/session-lifetime'
import { Problem } from '@latchkey/contract/problem'
import * as apiKeys from '../credentials/api-keys.ts'
import type { Deps } from '../deps.ts'
import { readAuthorization } from '../http/authorization.ts'
import { type Caller, type CallerLookups, noteSeen, prepareCallerLookups } from '../http/caller.ts'
import { readCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { prepareBasic } from './basic.ts'
import { countWrongToken } from './wrong-token.ts'

/** Says who asks. @throws Problem of status 401 when nobody known does; malformed-request, too-many-attempts, busy */
export type Identify = (exchange: Exchange) => Promise<Caller>

/**
 * The one way in for every credential: what stands in `Authorization` if anything does, the session cookie otherwise.
 * Never both, so that a request has one caller and nobody can say it meant the other.
 */
export function makeIdentify(deps: Deps): Identify {
  const lookups = prepareCallerLookups(deps.db, deps.now)
  const byBasic = prepareBasic(deps, lookups)
  return async (exchange) => {
    const shown = readAuthorization(exchange)
    if (!shown) return bySession(deps, lookups, exchange)
    if (shown.scheme === 'bearer') return byKey(deps, lookups, exchange, shown.token)
    if (shown.scheme === 'basic') return byBasic(exchange, shown.shown)
    throw new Problem('not-signed-in')
  }
}

async function bySession({ db, now }: Deps, lookups: CallerLookups, exchange: Exchange) {
  const token = readCookie(exchange, 'session')
  const caller = token && (await lookups.session(hashToken(token)))
  if (!caller) throw new Problem('not-signed-in')
  if (now() - caller.session.lastSeenAt > SEEN_RESOLUTION) await noteSeen(db, caller, now())
  return caller
}

async function byKey(deps: Deps, lookups: CallerLookups, exchange: Exchange, token: string) {
  // A slip, or something that never was a key, costs the database nothing
  if (!looksLikeApiCredential('api-key', token)) throw new Problem('invalid-api-key')
  const caller = await lookups.key(hashApiCredential(token))
  if (!caller) throw await countWrongToken(deps, exchange, new Problem('invalid-api-key'))
  await apiKeys.noteUsed(deps, caller.key, () => ({ address: exchange.address, client: exchange.userAgent }))
  return caller
}
