import * as endpoints from '@latchkey/contract/setup'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import { isSetupNeeded } from '../installation/installation.ts'
import * as setup from './setup.ts'

export function setupRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getSetup, async () => ({ needed: await isSetupNeeded(deps.db) }))
  serve(endpoints.completeSetup, ({ body, exchange }) => setup.complete(deps, exchange, body))
}
