import * as endpoints from '@latchkey/contract/profile'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as profile from './profile.ts'

export function profileRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getAccount, ({ caller }) => profile.show(caller))
  serve(endpoints.updateAccount, ({ caller, body, exchange }) => profile.update(deps, caller, exchange, body))
}
