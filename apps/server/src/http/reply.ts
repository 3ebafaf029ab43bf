import { Problem } from '@latchkey/contract/problem'
import { isUnavailable } from '@latchkey/db/db'
import type { Deps } from '../deps.ts'
import { describeError } from '../log.ts'
import type { Exchange } from './exchange.ts'
import type { SecurityHeaders } from './security-headers.ts'

type Extra = Record<string, string>

/** Makes the answers of the API. Every one carries the security headers and the request id. */
export const makeReplies = ({ log }: Deps, { api }: SecurityHeaders) => {
  const json = { ...api, 'Content-Type': 'application/json' }
  const respond = (exchange: Exchange, status: number, body: string | ReadableStream | null, own: Extra): Response => {
    const headers: Extra = { ...own, 'X-Request-Id': exchange.id }
    if (exchange.extraHeaders) Object.assign(headers, exchange.extraHeaders)
    if (exchange.setCookies.size === 0) return new Response(body, { status, headers })
    const withCookies = new Headers(headers)
    for (const cookie of exchange.setCookies.values()) withCookies.append('Set-Cookie', cookie)
    return new Response(body, { status, headers: withCookies })
  }

  /** What cannot be written to its end is cut off: ended properly, half a file would pass for the whole (RFC 9112 section 8). */
  async function* whole(exchange: Exchange, chunks: AsyncIterable<string>) {
    try {
      yield* chunks
    } catch (error) {
      log.error('request.failed', { requestId: exchange.id, ...describeError(error) })
      exchange.incoming.socket.destroy()
    }
  }

  return {
    json: (exchange: Exchange, status: number, body: unknown) => respond(exchange, status, JSON.stringify(body), json),
    redirect: (exchange: Exchange, address: string) => respond(exchange, 302, null, { ...api, Location: address }),

    /** A file for a person to keep, sent as it is written (RFC 6266 section 4). */
    file: (exchange: Exchange, { type, name, chunks }: { type: string; name: string; chunks: AsyncIterable<string> }) =>
      respond(
        exchange,
        200,
        ReadableStream.from(whole(exchange, chunks)).pipeThrough(new TextEncoderStream()) as ReadableStream,
        {
          ...api,
          'Content-Type': `${type}; charset=utf-8`,
          'Content-Disposition': `attachment; filename="${name}"`,
        },
      ),

    /** A refusal at an address people open: the title and the sentence, as a page without anything in it. */
    page(exchange: Exchange, { status, message, details: { detail = '' } }: Problem) {
      const head = `<meta charset="utf-8"><meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">`
      const body = `<!doctype html><html lang="en">${head}<title>${message}</title><h1>${message}</h1><p>${detail}</p></html>`
      return respond(exchange, status, body, { ...api, 'Content-Type': 'text/html; charset=utf-8' })
    },

    empty: (exchange: Exchange, status: number) => respond(exchange, status, null, api),

    /** RFC 9457 section 3. What was not foreseen is logged with the request id and says nothing outside. */
    problem(exchange: Exchange, error: unknown, extra: Extra = {}) {
      const problem = asProblem(error)
      if (!(error instanceof Problem)) exchange.setCookies.clear() // they name what was rolled back
      if (!(error instanceof Problem)) log.error('request.failed', { requestId: exchange.id, ...describeError(error) })
      const { retryAfter } = problem.details
      return respond(exchange, problem.status, JSON.stringify(problem.toBody(exchange.id)), {
        ...api,
        'Content-Type': 'application/problem+json',
        ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
        // A body that was refused half-way would be read as the next request
        ...((problem.code === 'too-large' || problem.code === 'malformed-request') && { Connection: 'close' }),
        ...extra,
      })
    },
  }
}

const asProblem = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  return isUnavailable(error) ? new Problem('busy', { retryAfter: 2 }) : new Problem('unexpected')
}
