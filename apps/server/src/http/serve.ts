import type { HttpBindings } from '@hono/node-server'
import { hashToken } from '@latchkey/auth-core/secret-token'
import { SEEN_RESOLUTION } from '@latchkey/auth-core/session-lifetime'
import { isFresh } from '@latchkey/auth-core/step-up'
import {
  apiBase,
  type BodyOf,
  type Endpoint,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
} from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import type { Context, Hono } from 'hono'
import * as z from 'zod/mini'
import type { Deps } from '../deps.ts'
import { readBody } from './body.ts'
import { type Caller, noteSeen, prepareCallerLookup } from './caller.ts'
import { readCookie } from './cookies.ts'
import { Exchange } from './exchange.ts'
import { fieldErrors } from './field-errors.ts'
import { refuseCrossSite } from './origin.ts'
import { makeReplies } from './reply.ts'
import { securityHeaders } from './security-headers.ts'

export type App = Hono<{ Bindings: HttpBindings }>

/** What an operation is handed: who asks, what for, and the exchange for cookies and client facts. */
export type Ask<E extends Endpoint> = {
  caller: E['caller'] extends 'cookie' ? Caller : undefined
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  exchange: Exchange
}

export type Serve = <E extends Endpoint>(endpoint: E, handle: (ask: Ask<E>) => Promise<ReplyOf<E>> | ReplyOf<E>) => void

/**
 * Puts endpoints onto the router. Per request, in this order: origin, caller, right, input, proof, the operation, and the
 * reply encoded through its schema, so that an undeclared field cannot leave the server. Written as one function
 * and not as middleware because every layer costs as much as the work itself.
 */
export function makeServe(app: App, deps: Deps): { serve: Serve; refuseTheRest: (rest: App) => void } {
  const { config, db, log, now } = deps
  const replies = makeReplies(deps, securityHeaders(config.publicUrl.protocol === 'https:'))
  const findCaller = prepareCallerLookup(db, now)
  const methods = new Map<string, Set<string>>()

  const callerOf = async (exchange: Exchange): Promise<Caller> => {
    const token = readCookie(exchange, 'session')
    const caller = token && (await findCaller(hashToken(token)))
    if (!caller) throw new Problem('not-signed-in')
    if (now() - caller.session.lastSeenAt > SEEN_RESOLUTION) await noteSeen(db, caller, now())
    return caller
  }

  const serve: Serve = (endpoint, handle) => {
    const path = apiBase + endpoint.path
    methods.set(path, (methods.get(path) ?? new Set()).add(endpoint.method))
    const status = endpoint.status ?? (endpoint.reply ? 200 : 204)
    const isSafe = endpoint.method === 'GET'
    const replySchema = endpoint.reply && compiled(endpoint.reply)

    app.on(endpoint.method, path, async (c) => {
      const began = performance.now()
      const exchange = new Exchange(c.env.incoming, config)
      let response: Response
      try {
        if (!isSafe) refuseCrossSite(exchange, config)
        const caller = endpoint.caller === 'cookie' ? await callerOf(exchange) : undefined
        if (endpoint.right && caller?.user.role !== endpoint.right) throw new Problem('forbidden')
        const params = endpoint.params && locate(endpoint.params, c.req.param())
        const body = isSafe ? refuseBody(exchange) : read(endpoint.body ?? noBody, await readBody(exchange))
        const hasQuery = endpoint.query || exchange.incoming.url?.includes('?')
        const query = hasQuery ? read(endpoint.query ?? nothing, readQuery(c)) : undefined
        // Last, so that nobody is asked to prove who they are for a request that cannot succeed
        if (endpoint.stepUp === 'recent' && caller && !isFresh(caller.session.lastAuthenticationAt, now()))
          throw new Problem('step-up-required')
        const reply = await handle({ caller, params, query, body, exchange } as Ask<typeof endpoint>)
        response = replySchema
          ? replies.json(exchange, status, z.encode(replySchema, reply))
          : replies.empty(exchange, status)
      } catch (error) {
        response = replies.problem(exchange, error)
      }
      const ms = Math.round((performance.now() - began) * 10) / 10
      log.info('request', { requestId: exchange.id, method: endpoint.method, path, status: response.status, ms })
      return response
    })
  }

  /** For what no route took: 405 for a known path, 404 for any other below the base. */
  const refuseTheRest = (rest: App) => {
    for (const [path, allowed] of methods)
      rest.all(path, (c) => {
        const allow = [...allowed].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ')
        return replies.problem(new Exchange(c.env.incoming, config), new Problem('method-not-allowed'), {
          Allow: allow,
        })
      })
    rest.all('/api/*', (c) => replies.problem(new Exchange(c.env.incoming, config), new Problem('not-found')))
  }
  return { serve, refuseTheRest }
}

/** Objects as generated code, at half the cost. The browser's content security policy forbids that, so Zod's small build never does it. */
const compiled = (schema: z.ZodMiniType): z.core.$ZodType =>
  schema instanceof z.core.$ZodObject ? new z.core.$ZodObjectJIT(schema._zod.def) : schema

/**
 * What stands after the question mark, by name. A credential in one is refused unread and never logged, and so is a
 * name that was given twice: nobody can say which was meant.
 */
function readQuery(c: Context): Record<string, string> {
  const entries = Object.entries(c.req.queries())
  const repeated = entries.filter(([, values]) => values.length > 1)
  if (repeated.length > 0)
    throw new Problem('invalid-input', {
      errors: repeated.map(([name]) => ({ pointer: `/${name}`, code: 'invalid' })),
    })
  return Object.fromEntries(entries.map(([name, [value = '']]) => [name, value]))
}

/** A GET with a body is read differently by every proxy on the way (RFC 9110 section 9.3.1). */
function refuseBody({ incoming: { headers } }: Exchange): undefined {
  if (headers['transfer-encoding'] || Number(headers['content-length'] ?? 0) > 0) throw new Problem('malformed-request')
}

/** Parameters name a thing; a name nothing can have is one that is not there. @throws Problem not-found */
function locate<S extends z.ZodMiniType>(schema: S, input: unknown): z.output<S> {
  const verdict = schema.safeParse(input)
  if (verdict.success) return verdict.data
  throw new Problem('not-found')
}

const nothing = z.strictObject({})
/** An operation without input takes no body or an empty object. */
const noBody = z.optional(nothing)

/** @throws Problem invalid-input, naming every part that does not fit */
function read<S extends z.ZodMiniType>(schema: S, input: unknown): z.output<S> {
  const verdict = schema.safeParse(input)
  if (verdict.success) return verdict.data
  const errors = input === undefined ? [] : fieldErrors(verdict.error.issues, input)
  throw new Problem('invalid-input', { errors: errors.length ? errors : [{ pointer: '', code: 'required' }] })
}
