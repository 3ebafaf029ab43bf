import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Problem } from '@latchkey/contract/problem'
import type { Deps } from '../deps.ts'
import { describeError } from '../log.ts'
import { cameInClear } from './client-address.ts'
import { Exchange } from './exchange.ts'
import { allowedHosts, isForUs } from './origin.ts'
import { securityHeaders } from './security-headers.ts'
import type { App } from './serve.ts'

/** Limits of one connection: 16 KiB of headers, ten seconds for them, thirty for the whole request;
 * kept open longer than the minute a proxy in front keeps it, so that no request meets a closing socket. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 65_000,
  requireHostHeader: false,
}
/** A connection on which nothing moves, either way: a client that stopped reading its download. */
const SILENCE = 120_000
/** Paths a proxy in front may read as another one: dot segments, backslashes, separators in disguise. */
const CROOKED = /^[^?]*(\\|%2e|%2f|%5c|\/\.{1,2}(\/|\?|$))/i
const HEALTH = new Set(['/healthz', '/readyz'])

/**
 * The HTTP server around the app. What is decided here is decided before any route: whether a request is for this
 * host at all, and what a connection gets that never becomes a request.
 * @param warnOfClear told of every request that a proxy took over plain http
 */
export function makeServer(app: App, deps: Deps, warnOfClear: (exchange: Exchange) => Promise<void>): Server {
  const { config, log } = deps
  const hosts = allowedHosts(config)
  const headers = securityHeaders(config.publicUrl.protocol === 'https:').api
  const handle = getRequestListener(app.fetch, {
    errorHandler(error) {
      log.error('request.failed', describeError(error))
      return new Response(null, { status: 500, headers })
    },
  })

  const server = createServer(LIMITS, (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const refused = refuse(incoming)
    if (!refused) return void handle(incoming, outgoing)
    const exchange = new Exchange(incoming, config)
    const { id } = exchange
    // Mostly a proxy that asks under another name or without the port; cut, because anybody may put anything there
    if (refused.code === 'misdirected-request')
      log.warn('request.misdirected', {
        requestId: id,
        code: refused.code,
        host: exchange.header('host')?.slice(0, 100),
      })
    if (refused.code === 'https-required')
      warnOfClear(exchange).catch((error: unknown) => log.error('request.failed', describeError(error)))
    outgoing.writeHead(refused.status, {
      ...headers,
      'Content-Type': 'application/problem+json',
      'X-Request-Id': id,
      Connection: 'close',
    })
    outgoing.end(JSON.stringify(refused.toBody(id)))
  })
  server.timeout = SILENCE
  // An expectation we do not know may be passed over (RFC 9110 section 10.1.1); Node's own 417 has none of our headers
  server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing))
  // Asked for once while it is there: a client that hangs up must not become a client without an address
  server.on('connection', (socket) => void socket.remoteAddress)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    // Whoever sends what is no request may never hang up either
    socket.end(rawProblem(new Problem(codeOf(error)), headers), () => socket.destroy())
  })
  return server

  function refuse(incoming: IncomingMessage): Problem | null {
    // A balancer asks for health by address
    if (HEALTH.has(incoming.url ?? '')) return null
    if (!isForUs(incoming, hosts)) return new Problem('misdirected-request')
    if (CROOKED.test(incoming.url ?? '')) return new Problem('not-found')
    // Whoever sends a password in clear must notice, not be led on
    if (config.publicUrl.protocol === 'https:' && cameInClear(incoming, config.trustedProxies))
      return new Problem('https-required')
    return null
  }
}

const codeOf = ({ code }: NodeJS.ErrnoException) => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large'
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed-request'
}

/** An answer to what could not even be parsed as a request. */
function rawProblem(problem: Problem, headers: Record<string, string>): string {
  const body = JSON.stringify(problem.toBody(crypto.randomUUID()))
  const all = {
    ...headers,
    'Content-Type': 'application/problem+json',
    'Content-Length': body.length,
    Connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${problem.status} ${problem.message}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
