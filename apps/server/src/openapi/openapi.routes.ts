import { openApiPath } from '@latchkey/contract/endpoint'
import type { Deps } from '../deps.ts'
import { Exchange } from '../http/exchange.ts'
import { securityHeaders } from '../http/security-headers.ts'
import type { App } from '../http/serve.ts'
import { answer, asFile, type File } from '../http/static.ts'

/** Serves the document of the API; it may be read without signing in. */
export function openapiRoutes(app: App, deps: Deps) {
  const { publicUrl } = deps.config
  const { api } = securityHeaders(publicUrl.protocol === 'https:')
  const make = async () => {
    const { makeDocument } = await import('./document.ts')
    return asFile('application/json', JSON.stringify(makeDocument(publicUrl.origin)))
  }
  let file: Promise<File> | undefined
  app.get(openApiPath, async (c) => {
    // Made and compressed at the first request: starting up need not wait for it
    file ??= make()
    const { incoming } = c.env
    return answer(incoming, await file, 200, { ...api, 'X-Request-Id': new Exchange(incoming, deps.config).id })
  })
}
