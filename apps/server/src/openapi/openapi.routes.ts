import { openApiPath } from '@latchkey/contract/endpoint'
import type { Deps } from '../deps.ts'
import { Exchange } from '../http/exchange.ts'
import { makeReplies } from '../http/reply.ts'
import { securityHeaders } from '../http/security-headers.ts'
import type { App } from '../http/serve.ts'

/** Serves the document of the API; it may be read without signing in. */
export function openapiRoutes(app: App, deps: Deps) {
  const { publicUrl } = deps.config
  const replies = makeReplies(deps, securityHeaders(publicUrl.protocol === 'https:'))
  let text: string | undefined
  app.get(openApiPath, async (c) => {
    // Made at the first request: starting up need not wait for it
    text ??= JSON.stringify((await import('./document.ts')).makeDocument(publicUrl.origin))
    return replies.text(new Exchange(c.env.incoming, deps.config), 200, text, 'application/json')
  })
}
