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
    throw nothingShown(deps, exchange)
  }
}

/** A key in an address stands in the logs of everything on the way. */
const KEY_IN_ADDRESS = /[?&=]lkp?_[0-9A-Za-z]{20,}/

/** A program is told how to show what; a browser knows. */
function nothingShown({ config: { publicUrl } }: Deps, exchange: Exchange): Problem {
  if (exchange.header('sec-fetch-site') !== undefined) return new Problem('not-signed-in')
  const page = new URL('/settings/api-key', publicUrl)
  const how = `Send Authorization: Bearer with an API key, made at ${page}.`
  const isInAddress = KEY_IN_ADDRESS.test(exchange.incoming.url ?? '')
  const why = 'A key is never taken in an address. This one now stands in logs: generate a new one. '
  return new Problem('not-signed-in', { detail: (isInAddress ? why : '') + how })
}

async function bySession(deps: Deps, lookups: CallerLookups, exchange: Exchange) {
  const { db, now } = deps
  const token = readCookie(exchange, 'session')
  const caller = token && (await lookups.session(hashToken(token)))
  if (!caller) throw token ? new Problem('not-signed-in') : nothingShown(deps, exchange)
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
