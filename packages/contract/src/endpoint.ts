import type * as z from 'zod/mini'
import type { ProblemCode } from './problem.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * What a caller may show to be let in.
 * `half`: the short-lived cookie between two steps of signing in. `cookie`: a signed-in browser session.
 * `key`: an API key as bearer token (RFC 6750). `basic`: user name and API password (RFC 7617).
 */
export type Credential = 'half' | 'cookie' | 'key' | 'basic'

/**
 * What an operation does, as far as permission goes. Which role may do it through which door says one table
 * (auth-core/rights); they travel as `permissions` of an account and as `scope` of a key.
 */
export type Right =
  | 'account:read'
  /** look after one's own sign-in: password, second factor, sessions, API credentials */
  | 'account:security'
  | 'account:write'
  | 'users:read'
  | 'users:write'
  | 'policy:read'
  | 'policy:write'
  | 'introspect'

/**
 * Whether the person in front of a browser must just have proved who they are.
 * `recent`: within the last five minutes on this session. `always`: for this very action, used up by it.
 * An API key or password proves itself with every request and is asked for nothing else.
 */
export type StepUp = 'recent' | 'always'

type Schema = z.ZodMiniType
type Access =
  | { callers: 'anybody' | readonly ['half']; right?: never; stepUp?: never }
  /** by the credentials named here and no other, for whoever has the right */
  | { callers: readonly Exclude<Credential, 'half'>[]; right: Right; stepUp?: StepUp }
type Details = Access & {
  /** one line for the API document */
  summary: string
  params?: Schema
  /** the answer carries an ETag, and a change that names another one in If-Match is refused (RFC 9110 section 13.1.1) */
  versioned?: true
  /** parameters after the question mark; an operation without it takes none */
  query?: Schema
  body?: Schema
  /** how the body is written: JSON unless a standard asks for a form */
  encoding?: 'json' | 'form'
  /** what goes back; without it the answer is empty */
  reply?: Schema
  /** media types of the file that goes back instead */
  file?: readonly string[]
  /** what an answer says in its headers, and when it sends a browser elsewhere; for the API document */
  headers?: Schema
  redirects?: string
  /** status of a good answer; 200 with a reply, 204 without */
  status?: 200 | 201 | 202 | 204
  /** the path is whole: this is an address for people, not below the base */
  atRoot?: true
  /** what can go wrong here beyond what can go wrong everywhere */
  problems?: readonly ProblemCode[]
}

export type Endpoint<D extends Details = Details> = Readonly<D> & {
  readonly method: Method
  /** below `/api/v1` unless `atRoot`, parameters as `:name` */
  readonly path: string
}

/** Declares one operation of the HTTP API. The server serves it, the browser calls it, the document lists it. */
export const endpoint = <const D extends Details>(method: Method, path: string, details: D): Endpoint<D> => ({
  method,
  path,
  ...details,
})

/** Whether an operation is for somebody who is signed in or shows a credential: it has a caller, then. */
export const hasCaller = (endpoint: Endpoint): boolean => endpoint.right !== undefined

type Decoded<S> = S extends Schema ? z.output<S> : undefined
/** What a handler receives and a caller passes, in code (instants are numbers). */
export type ParamsOf<E extends Endpoint> = Decoded<E['params']>
export type QueryOf<E extends Endpoint> = Decoded<E['query']>
export type BodyOf<E extends Endpoint> = Decoded<E['body']>
export type ReplyOf<E extends Endpoint> = E['reply'] extends Schema ? z.output<E['reply']> : void

/** The base of every path in the contract. */
export const apiBase = '/api/v1'

/** Where the API describes itself. */
export const openApiPath = `${apiBase}/openapi.json`

/** Where an operation is, parameters still as `:name`. */
export const fullPath = ({ path, atRoot }: Pick<Endpoint, 'path' | 'atRoot'>) => (atRoot ? path : apiBase + path)
