import * as endpoints from '@latchkey/contract/step-up'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as stepUp from './step-up.ts'

export function stepUpRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.stepUp, ({ caller, body, exchange }) => stepUp.stepUp(deps, caller, exchange, body))
}
