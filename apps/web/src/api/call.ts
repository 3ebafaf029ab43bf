import {
  apiBase,
  type BodyOf,
  type Endpoint,
  type ParamsOf,
  type QueryOf,
  type ReplyOf,
} from '@latchkey/contract/endpoint'
import { Problem } from '@latchkey/contract/problem'
import * as z from 'zod/mini'
import { refusedBeforeSending } from './refused-before-sending.ts'
import { Unreachable } from './unreachable.ts'

type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { [name in Name]?: undefined }
  : undefined extends Value
    ? { [name in Name]?: Value }
    : { [name in Name]: Value }

/** What has to be said to call one endpoint: its parameters, its query and its body, in code form. */
export type InputOf<E extends Endpoint> = Part<'params', ParamsOf<E>> &
  Part<'query', QueryOf<E>> &
  Part<'body', BodyOf<E>> & { signal?: AbortSignal | undefined; keepalive?: boolean }

/** Optional where everything in it is. */
export type InputArgument<Input> = Record<never, never> extends Input ? [input?: Input] : [input: Input]

/** Calls one operation of the contract; fails with the `Problem` the server threw, or `Unreachable`. */
export async function call<E extends Endpoint>(
  endpoint: E,
  ...[input]: InputArgument<InputOf<E>>
): Promise<ReplyOf<E>> {
  const { params, query, body, signal, keepalive } = (input ?? {}) as {
    params?: Record<string, string>
    query?: Record<string, string>
    body?: unknown
    signal?: AbortSignal
    keepalive?: boolean
  }
  const address = apiBase + fillPath(endpoint.path, params) + (query ? `?${new URLSearchParams(query)}` : '')
  const response = await send(address, {
    method: endpoint.method,
    credentials: 'same-origin',
    redirect: 'error',
    cache: 'no-store',
    signal: signal ?? null,
    keepalive: keepalive ?? false,
    ...(body !== undefined && { headers: { 'Content-Type': 'application/json' }, body: encode(endpoint, body) }),
  })

  if (!response.ok) throw Problem.fromBody(await response.json().catch(() => null))
  return (endpoint.reply ? decode(endpoint.reply, await response.json()) : undefined) as ReplyOf<E>
}

const fillPath = (path: string, params: Record<string, string> = {}) =>
  path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

function encode({ body: schema }: Endpoint, body: unknown): string {
  if (!schema) return JSON.stringify(body)
  const encoded = z.safeEncode(schema, body)
  if (!encoded.success) throw refusedBeforeSending(encoded.error.issues, body)
  return JSON.stringify(encoded.data)
}

function decode(schema: z.ZodMiniType, reply: unknown): unknown {
  const decoded = z.safeDecode(schema, reply)
  if (!decoded.success) throw new Problem('unexpected')
  return decoded.data
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new Unreachable(cause)
  }
}
