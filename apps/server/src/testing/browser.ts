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

type Input<E extends Endpoint> = {
  params?: ParamsOf<E>
  query?: QueryOf<E>
  body?: BodyOf<E>
  headers?: Record<string, string>
}

/** A browser as the server sees one: a cookie jar, an address of its own, and same-origin requests. */
export class TestBrowser {
  readonly cookies = new Map<string, string>()
  readonly address: string
  readonly userAgent =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
  readonly #url: string
  readonly #origin: string

  /** @param url where the server listens; @param origin PUBLIC_URL; @param address what the proxy in front says */
  constructor(url: string, origin: string, address: string) {
    this.#url = url
    this.#origin = origin
    this.address = address
  }

  /** Sends anything at all, with the headers a same-origin fetch has unless told otherwise; keeps cookies. */
  async send(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string | null> } = {},
  ) {
    const all: Record<string, string | null> = {
      'user-agent': this.userAgent,
      'x-forwarded-for': this.address,
      origin: this.#origin,
      'sec-fetch-site': 'same-origin',
      cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') || null,
      'content-type': body === undefined ? null : 'application/json',
      ...headers,
    }
    const response = await fetch(this.#url + path, {
      method,
      redirect: 'manual',
      headers: Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)),
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
      }),
    })
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return response
  }

  /** Calls an operation of the contract. @throws Problem the very one the server meant */
  async call<E extends Endpoint>(endpoint: E, { params, query, body, headers }: Input<E> = {}): Promise<ReplyOf<E>> {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name) =>
      encodeURIComponent((params as Record<string, string>)[name] ?? ''),
    )
    const wire = body === undefined || !endpoint.body ? body : z.encode(endpoint.body, body)
    const wanted = query === undefined || !endpoint.query ? {} : (z.encode(endpoint.query, query) as object)
    const search = new URLSearchParams(Object.entries(wanted)).toString()
    const response = await this.send(endpoint.method, apiBase + path + (search && `?${search}`), {
      body: wire,
      ...(headers && { headers }),
    })
    if (!response.ok) throw Problem.fromBody(await response.json())
    return (endpoint.reply ? z.decode(endpoint.reply, await response.json()) : undefined) as ReplyOf<E>
  }

  #keep(cookie: string) {
    const [pair = '', ...attributes] = cookie.split('; ')
    const [name = '', value = ''] = pair.split(/=(.*)/)
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

/** A program: one `Authorization` header and nothing a browser sends along. */
export class TestClient extends TestBrowser {
  readonly #authorization: string

  /** @param authorization the value of the header */
  constructor(url: string, origin: string, address: string, authorization: string) {
    super(url, origin, address)
    this.#authorization = authorization
  }

  override send(...[method, path, { body, headers } = {}]: Parameters<TestBrowser['send']>) {
    const own = { authorization: this.#authorization, origin: null, 'sec-fetch-site': null, cookie: null }
    return super.send(method, path, { body, headers: { ...own, ...headers } })
  }
}

export const bearer = (key: string) => `Bearer ${key}`
/** RFC 7617 section 2 */
export const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** The problem a promise fails with; fails the test when it does not fail, or not with a problem. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem> {
  const outcome = await promise.then(
    () => new Error('Expected a problem, but the call succeeded'),
    (error: unknown) => error,
  )
  if (outcome instanceof Problem) return outcome
  throw outcome
}
