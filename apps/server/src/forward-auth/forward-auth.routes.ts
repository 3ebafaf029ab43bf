import * as endpoints from '@latchkey/contract/forward-auth'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as forwardAuth from './forward-auth.ts'

export function forwardAuthRoutes(serve: Serve, { config }: Deps) {
  serve(endpoints.forwardAuth, ({ caller, exchange }) => forwardAuth.answer(caller, exchange), {
    sendElsewhere: (exchange) => forwardAuth.signInAddress(config, exchange),
  })
  serve(endpoints.getReturnAddress, ({ query }) => forwardAuth.returnAddress(config, query.url))
}
