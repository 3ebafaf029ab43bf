import * as endpoints from '@latchkey/contract/downloads'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as downloads from './downloads.ts'

export function downloadRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.listDownloads, ({ caller }) => downloads.list(deps, caller))
  serve(endpoints.makeDownload, ({ caller, body, exchange }) => downloads.make(deps, caller, exchange, body))
  serve(endpoints.revokeDownload, ({ caller, params, exchange }) => downloads.revoke(deps, caller, exchange, params.id))
  serve(endpoints.openDownload, ({ params, query, exchange }) =>
    downloads.open(deps, exchange, params.resource, query.token),
  )
}
