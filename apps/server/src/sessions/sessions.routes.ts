import * as endpoints from '@latchkey/contract/sessions'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as sessions from './sessions.ts'

export function sessionRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.listSessions, ({ caller }) => sessions.list(deps, caller))
  serve(endpoints.endOtherSessions, ({ caller, exchange }) => sessions.endOthers(deps, caller, exchange))
  serve(endpoints.endSession, ({ caller, params, exchange }) => sessions.end(deps, caller, params.id, exchange))
}
