import type { HttpBindings } from '@hono/node-server'
import { isFresh } from '@latchkey/auth-core/step-up'
import {
  type BodyOf,
  type Credential,
  type Endpoint,
  fullPath,
  hasCaller,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
} from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import type { Context, Hono } from 'hono'
import * as z from 'zod/mini'
import type { Deps } from '../deps.ts'
import { challenge } from './authorization.ts'
import { readBody, readForm } from './body.ts'
import type { BasicCaller, Caller, KeyCaller, SessionCaller } from './caller.ts'
import { Exchange } from './exchange.ts'
import { fieldErrors } from './field-errors.ts'
import { refuseCrossSite, refuseMarkedCrossSite } from './origin.ts'
import { makeReplies } from './reply.ts'
import { securityHeaders } from './security-headers.ts'

export type App = Hono<{ Bindings: HttpBindings }>

type Callers = { cookie: SessionCaller; key: KeyCaller; basic: BasicCaller }
/** Who can be the caller of an operation: as many kinds as it takes credentials. */
type CallerOf<E extends Endpoint> = E['callers'] extends readonly (infer C)[]
  ? Callers[Extract<C, keyof Callers>]
  : undefined

/** What an operation is handed: who asks, what for, and the exchange for cookies and client facts. */
export type Ask<E extends Endpoint> = {
  caller: CallerOf<E>
  params: ParamsOf<E>
  query: QueryOf<E>
  body: BodyOf<E>
  exchange: Exchange
}

/** What an operation with `file` answers: written while it is sent, so that it never has to fit in memory. */
export type FileReply = { type: string; name: string; chunks: AsyncIterable<string> }
type Answer<E extends Endpoint> = E['file'] extends readonly string[] ? FileReply : ReplyOf<E>

type Extras = {
  /** where a browser is sent that nobody is signed in with, instead of being refused */
  sendElsewhere?: (exchange: Exchange) => string | null
}

export type Serve = <E extends Endpoint>(
  endpoint: E,
  handle: (ask: Ask<E>) => Promise<Answer<E>> | Answer<E>,
  extras?: Extras,
) => void

/**
 * Puts endpoints onto the router. Per request, in this order: origin, caller, right, input, proof, the operation, and the
 * reply encoded through its schema, so that an undeclared field cannot leave the server. Written as one function
 * and not as middleware because every layer costs as much as the work itself.
 * @param identify says who shows a credential
 */
export function makeServe(
  app: App,
  deps: Deps,
  identify: (exchange: Exchange) => Promise<Caller>,
): { serve: Serve; refuseTheRest: (rest: App) => void } {
  const { config, log, now } = deps
  const replies = makeReplies(deps, securityHeaders(config.publicUrl.protocol === 'https:'))
  const methods = new Map<string, Set<string>>()

  const serve: Serve = (endpoint, handle, { sendElsewhere } = {}) => {
    const path = fullPath(endpoint)
    methods.set(path, (methods.get(path) ?? new Set()).add(endpoint.method))
    const status = endpoint.status ?? (endpoint.reply || endpoint.file ? 200 : 204)
    const isSafe = endpoint.method === 'GET'
    const isForCaller = hasCaller(endpoint)
    const credentials: readonly Credential[] = endpoint.callers === 'anybody' ? [] : endpoint.callers
    const takesCookies = endpoint.callers === 'anybody' || credentials.some((one) => one === 'cookie' || one === 'half')
    const replySchema = endpoint.reply && compiled(endpoint.reply)
    const readContent = endpoint.encoding === 'form' ? readForm : readBody

    const letIn = async (exchange: Exchange): Promise<Caller | undefined> => {
      // A page elsewhere can make a browser send its cookies, and a password it once typed into a window of its own
      const showsCredential = isForCaller && exchange.header('authorization') !== undefined
      if (showsCredential) refuseMarkedCrossSite(exchange, config)
      else if (!isSafe && takesCookies) refuseCrossSite(exchange, config)
      else if (endpoint.stepUp) refuseMarkedCrossSite(exchange, config)
      if (!isForCaller) return undefined
      const caller = await identify(exchange)
      admit(endpoint, caller)
      return caller
    }

    const readInput = async (c: Context, exchange: Exchange) => {
      const params = endpoint.params && locate(endpoint.params, c.req.param())
      const body = isSafe ? refuseBody(exchange) : read(endpoint.body ?? noBody, await readContent(exchange))
      const hasQuery = endpoint.query || exchange.incoming.url?.includes('?')
      const query = hasQuery ? read(endpoint.query ?? nothing, readQuery(c)) : undefined
      return { params, body, query }
    }

    const answer = (exchange: Exchange, reply: unknown): Response => {
      if (replySchema) return replies.json(exchange, status, z.encode(replySchema, reply))
      return endpoint.file ? replies.file(exchange, reply as FileReply) : replies.empty(exchange, status)
    }

    const refuse = (exchange: Exchange, error: unknown): Response => {
      const isStranger = error instanceof Problem && error.status === 401
      const elsewhere = isStranger ? sendElsewhere?.(exchange) : null
      if (elsewhere) return replies.redirect(exchange, elsewhere)
      const isForPerson = endpoint.atRoot && exchange.header('accept')?.includes('text/html')
      if (isForPerson && error instanceof Problem) return replies.page(exchange, error)
      return replies.problem(exchange, error, challenge(exchange, error, credentials))
    }

    app.on(endpoint.method, path, async (c) => {
      const began = performance.now()
      const exchange = new Exchange(c.env.incoming, config)
      let response: Response
      try {
        const caller = await letIn(exchange)
        const input = await readInput(c, exchange)
        // Last, so that nobody is asked to prove who they are for a request that cannot succeed
        if (endpoint.stepUp === 'recent' && caller?.credential === 'cookie')
          if (!isFresh(caller.session.lastAuthenticationAt, now())) throw new Problem('step-up-required')
        response = answer(exchange, await handle({ caller, ...input, exchange } as Ask<typeof endpoint>))
      } catch (error) {
        response = refuse(exchange, error)
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

/**
 * Whether a caller may do this at all: with a credential the operation takes, and with a right their role has through
 * that door. What is not named in the contract and in the table of rights is refused.
 * @throws Problem interactive-session-required, forbidden
 */
function admit({ callers, right }: Endpoint, { credential, rights }: Caller) {
  const taken: readonly Credential[] = callers === 'anybody' ? [] : callers
  if (!taken.includes(credential))
    throw new Problem(credential === 'cookie' ? 'forbidden' : 'interactive-session-required')
  if (!right || !rights.includes(right)) throw new Problem('forbidden')
}

/** Objects as generated code, at half the cost. The browser's content security policy forbids that, so Zod's small build never does it. */
function compiled(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.core.$ZodObject) return new z.core.$ZodObjectJIT(schema._zod.def)
  if (!(schema instanceof z.core.$ZodUnion)) return schema
  const { def } = schema._zod
  return new z.core.$ZodUnion({ ...def, options: def.options.map(compiled) })
}

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
