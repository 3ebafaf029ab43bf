import type * as z from 'zod/mini'
import type { ProblemCode } from './problem.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * What a caller may show to be let in.
 * `nobody`: no credential is looked at. `half`: the short-lived cookie between two steps of signing in.
 * `cookie`: a signed-in browser session.
 */
export type CallerKind = 'nobody' | 'half' | 'cookie'

/**
 * Whether the person must just have proved who they are.
 * `recent`: within the last five minutes on this session. `always`: for this very action, used up by it.
 */
export type StepUp = 'recent' | 'always'

/** Who of those who are let in may do it; without it, every person for their own account. */
export type Right = 'administrator'

type Schema = z.ZodMiniType
type Details = {
  /** one line for the API document */
  summary: string
  caller: CallerKind
  stepUp?: StepUp
  right?: Right
  params?: Schema
  /** the answer carries an ETag, and a change that names another one in If-Match is refused (RFC 9110 section 13.1.1) */
  versioned?: true
  /** parameters after the question mark; an operation without it takes none */
  query?: Schema
  body?: Schema
  /** what goes back; without it the answer is 204 and empty */
  reply?: Schema
  /** status of a good answer; 200 with a reply, 204 without */
  status?: 200 | 201 | 202 | 204
  /** what can go wrong here beyond what can go wrong everywhere */
  problems?: readonly ProblemCode[]
}

export type Endpoint<D extends Details = Details> = Readonly<D> & {
  readonly method: Method
  /** below `/api/v1`, parameters as `:name` */
  readonly path: string
}

/** Declares one operation of the HTTP API. The server serves it, the browser calls it, the document lists it. */
export const endpoint = <const D extends Details>(method: Method, path: string, details: D): Endpoint<D> => ({
  method,
  path,
  ...details,
})

type Decoded<S> = S extends Schema ? z.output<S> : undefined
/** What a handler receives and a caller passes, in code (instants are numbers). */
export type ParamsOf<E extends Endpoint> = Decoded<E['params']>
export type QueryOf<E extends Endpoint> = Decoded<E['query']>
export type BodyOf<E extends Endpoint> = Decoded<E['body']>
export type ReplyOf<E extends Endpoint> = E['reply'] extends Schema ? z.output<E['reply']> : void

/** The base of every path in the contract. */
export const apiBase = '/api/v1'
