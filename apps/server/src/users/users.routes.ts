import * as endpoints from '@latchkey/contract/users'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as administer from './administer.ts'

export function userRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.listUsers, ({ query }) => administer.list(deps, query))
  serve(endpoints.createUser, ({ caller, body, exchange }) => administer.add(deps, caller, exchange, body))
  serve(endpoints.getUser, ({ params, exchange }) => administer.show(deps, exchange, params.id))
  serve(endpoints.updateUser, ({ caller, params, body, exchange }) =>
    administer.update(deps, caller, exchange, { id: params.id, body }),
  )
  serve(endpoints.endUserSessions, ({ caller, params, exchange }) =>
    administer.endSessions(deps, caller, exchange, params.id),
  )
  serve(endpoints.revokeUserCredentials, ({ caller, params, exchange }) =>
    administer.endCredentials(deps, caller, exchange, params.id),
  )
  serve(endpoints.generateServiceKey, ({ caller, params, exchange }) =>
    administer.generateServiceKey(deps, caller, exchange, params.id),
  )
}
