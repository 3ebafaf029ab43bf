import { hash } from 'node:crypto'
import { hashApiCredential, looksLikeApiCredential } from '@latchkey/auth-core/api-credential'
import { canonical } from '@latchkey/auth-core/username'
import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import * as apiPasswords from '../credentials/api-passwords.ts'
import type { Deps } from '../deps.ts'
import { type BasicCaller, type CallerLookups, findAgain } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import { provePassword } from '../sign-in/password-proof.ts'
import { countWrongToken } from './wrong-token.ts'

type Shown = { username: string; password: string }

/**
 * HTTP Basic: the API password, or the account password while nothing stronger protects the account. Every refusal is
 * the same, whether the name is known, the password right or a second factor on, and says where to make an API password.
 */
export function prepareBasic(deps: Deps, lookups: CallerLookups) {
  const underWay = new Map<string, Promise<BasicCaller>>()
  return async (exchange: Exchange, shown: Shown | null): Promise<BasicCaller> => {
    if (!shown) throw refusal(deps)
    if (looksLikeApiCredential('api-password', shown.password)) return byApiPassword(deps, lookups, exchange, shown)
    // A script with ten connections shows one password ten times at once: it is hashed, and counted, once
    const key = hash('sha256', JSON.stringify([exchange.network, canonical(shown.username), shown.password]))
    const proof = underWay.get(key) ?? byAccountPassword(deps, lookups, exchange, shown)
    underWay.set(key, proof)
    return proof.finally(() => underWay.delete(key))
  }
}

async function byApiPassword(deps: Deps, lookups: CallerLookups, exchange: Exchange, { username, password }: Shown) {
  const caller = await lookups.apiPassword(hashApiCredential(password))
  if (caller?.user.username !== canonical(username)) throw await countWrongToken(deps, exchange, refusal(deps))
  await apiPasswords.noteUsed(deps, caller)
  return caller
}

/** The same work for every name and every account, so that time tells no more than the words. */
async function byAccountPassword(deps: Deps, lookups: CallerLookups, exchange: Exchange, shown: Shown) {
  const username = canonical(shown.username)
  const found = await lookups.username(username)
  const candidate = found?.caller ?? null
  const passwordHash = candidate?.passwordHash ?? null
  const target = { userId: found?.userId ?? null, typed: username, passwordHash }
  const { isRight, forgive } = await provePassword(deps, exchange, target, shown.password, 'basic')
  const caller = await deps.db.write(async (tx) => {
    const at = deps.now()
    const again = candidate && isRight ? await findAgain(tx, candidate, at) : null
    if (again) await forgive(tx)
    else {
      const actor = activity.strangerActor(exchange, 'basic')
      const row = { subject: found?.userId ?? null, actor, at, detail: { step: 'password' } }
      await activity.record(tx, { ...row, event: 'basic.refused', outcome: 'failure' })
    }
    return again
  })
  if (!caller) throw refusal(deps)
  return caller
}

const refusal = ({ config: { publicUrl } }: Deps) =>
  new Problem('wrong-api-password', {
    detail:
      'Where two-factor authentication is on, or the policy says so, the account password is not accepted here. ' +
      `Make an API password at ${new URL('/settings/api-password', publicUrl)}.`,
  })
