import { hashApiCredential } from '@latchkey/auth-core/api-credential'
import * as apiKeys from '../credentials/api-keys.ts'
import type { Deps } from '../deps.ts'
import { type Caller, prepareCallerLookups } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'

/**
 * Whether a token is a good API key, and whose (RFC 7662). Everything else gets the one answer that says nothing,
 * after the same look-up: malformed, unknown, expired, revoked, of somebody disabled, or another kind of credential.
 */
export function prepareIntrospection(deps: Deps) {
  const { key: findByKey } = prepareCallerLookups(deps.db, deps.now)
  return async (service: Caller, exchange: Exchange, token: string) => {
    const owner = await findByKey(hashApiCredential(token))
    if (!owner) return { active: false } as const
    const { user, key, rights } = owner
    await apiKeys.noteUsed(deps, key, () => ({
      address: exchange.address,
      client: `through ${service.user.username}`,
    }))
    return {
      active: true,
      sub: user.id,
      username: user.username,
      role: user.role,
      scope: rights.join(' '),
      token_type: 'Bearer',
      iss: deps.config.publicUrl.origin,
      iat: toSeconds(key.createdAt),
      exp: toSeconds(key.expiresAt),
    } as const
  }
}

const toSeconds = (milliseconds: number) => Math.floor(milliseconds / 1000)
