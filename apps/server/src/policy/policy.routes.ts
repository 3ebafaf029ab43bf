import * as endpoints from '@latchkey/contract/policy'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import { readPolicy } from '../installation/installation.ts'
import * as policy from './policy.ts'

export function policyRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getPolicy, () => readPolicy(deps.db))
  serve(endpoints.updatePolicy, ({ caller, body, exchange }) => policy.update(deps, caller, exchange, body))
}
