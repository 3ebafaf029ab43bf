import * as endpoints from '@latchkey/contract/api-password'
import type { Deps } from '../deps.ts'
import { prepareCallerLookups } from '../http/caller.ts'
import type { Serve } from '../http/serve.ts'
import * as apiPassword from './api-password.ts'

export function apiPasswordRoutes(serve: Serve, deps: Deps) {
  const lookups = prepareCallerLookups(deps.db, deps.now)
  serve(endpoints.getApiPassword, ({ caller }) => apiPassword.show(deps, caller, lookups))
  serve(endpoints.generateApiPassword, ({ caller, exchange }) => apiPassword.generate(deps, caller, exchange))
  serve(endpoints.revokeApiPassword, ({ caller, exchange }) => apiPassword.revoke(deps, caller, exchange))
}
