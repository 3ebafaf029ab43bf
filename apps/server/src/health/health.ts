import { Problem } from '@latchkey/contract/problem'
import { TOLERATED_DIFFERENCE } from '../database-clock.ts'
import type { Deps } from '../deps.ts'
import { Exchange } from '../http/exchange.ts'
import { makeReplies } from '../http/reply.ts'
import { securityHeaders } from '../http/security-headers.ts'
import type { App } from '../http/serve.ts'

/** Up: this process answers. Ready: it can do its work, on the database's schema and within reach of its clock. */
export function healthRoutes(app: App, deps: Deps) {
  const { config, db, now } = deps
  const replies = makeReplies(deps, securityHeaders(config.publicUrl.protocol === 'https:'))
  app.get('/healthz', (c) => replies.json(new Exchange(c.env.incoming, config), 200, { status: 'up' }))
  app.get('/readyz', async (c) => {
    const exchange = new Exchange(c.env.incoming, config)
    try {
      const isReady = (await db.isCurrent()) && Math.abs(Date.now() - now()) <= TOLERATED_DIFFERENCE
      if (!isReady) throw new Problem('busy', { retryAfter: 5 })
      return replies.json(exchange, 200, { status: 'ready' })
    } catch (error) {
      return replies.problem(exchange, error)
    }
  })
}
