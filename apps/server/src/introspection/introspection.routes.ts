import * as endpoints from '@latchkey/contract/introspection'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import { prepareIntrospection } from './introspection.ts'

export function introspectionRoutes(serve: Serve, deps: Deps) {
  const introspect = prepareIntrospection(deps)
  serve(endpoints.introspect, ({ caller, body, exchange }) => introspect(caller, exchange, body.token))
}
