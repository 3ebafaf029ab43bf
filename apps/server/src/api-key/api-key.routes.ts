import * as endpoints from '@latchkey/contract/api-key'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as apiKey from './api-key.ts'

export function apiKeyRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getApiKey, ({ caller }) => apiKey.show(deps, caller.user.id))
  serve(endpoints.generateApiKey, ({ caller, body, exchange }) =>
    apiKey.generate(deps, caller, exchange, body?.overlap),
  )
  serve(endpoints.revokeApiKey, ({ caller, exchange }) => apiKey.revoke(deps, caller, exchange))
  serve(endpoints.revealApiKey, ({ caller, exchange }) => apiKey.reveal(deps, caller, exchange))
}
