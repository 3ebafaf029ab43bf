import { request } from 'node:http'
import { endpoints } from '@latchkey/contract/all'
import { type Endpoint, fullPath, hasCaller } from '@latchkey/contract/endpoint'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator } from '@latchkey/contract/two-factor'
import { engines } from '@latchkey/db/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import { problemsOf } from './openapi/document.ts'
import type { TestBrowser } from './testing/browser.ts'
import { expectProblem } from './testing/raw-http.ts'
import { type World, world } from './testing/world.ts'

/** A body each operation takes; an operation that is missing here takes none. */
const bodies: Record<string, Record<string, unknown>> = {
  completeSetup: { token: 'x'.repeat(43), username: 'first', displayName: 'First', password: 'violet harbour lantern' },
  signIn: { username: 'nobody-here', password: 'violet harbour lantern' },
  showSecondFactor: { code: '123456' },
  chooseNewPassword: { newPassword: 'violet harbour lantern' },
  enrolAtSignIn: { code: '123456' },
  stepUp: { password: 'violet harbour lantern' },
  updateAccount: { displayName: 'Somebody' },
  changePassword: { currentPassword: 'violet harbour lantern', newPassword: 'lantern harbour violet' },
  validateAuthenticator: { code: '123456' },
  confirmRecoveryCodes: { recoveryCode: '222222' },
  createUser: { username: 'somebody', displayName: 'Somebody', role: 'member', password: 'violet harbour lantern' },
  updateUser: { displayName: 'Somebody' },
  generateApiKey: { overlap: '24h' },
  makeDownload: { resource: 'activity', expiresInHours: 1 },
  introspect: { token: 'lk_unknown' },
  updatePolicy: { selfDeletion: true },
}
const all = endpoints.map(({ name, endpoint }) => ({
  name,
  endpoint,
  body: bodies[name],
  title: `${endpoint.method} ${endpoint.path}`,
}))
/** introspection has a form for a body, and its own test */
const changing = all.filter(({ endpoint }) => endpoint.method !== 'GET' && endpoint.encoding !== 'form')
const goodStatus = ({ status, reply }: Endpoint) => status ?? (reply ? 200 : 204)
const pathOf = (endpoint: Endpoint) => fullPath(endpoint).replace(/:\w+/g, crypto.randomUUID())

test('every operation that takes a body has one here that fits', () => {
  for (const { endpoint, body } of all)
    expect(
      (endpoint.body ?? { safeParse: (value: unknown) => ({ success: value === undefined }) }).safeParse(body).success,
    ).toBe(true)
})

test('no two operations share a method and path', () => {
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length)
})

describe.each(engines)('every endpoint on %s', (engine) => {
  let w: World
  /** of an administrator, so that nothing here is refused for want of the right */
  let browser: TestBrowser
  beforeAll(async () => {
    w = await world(engine)
  })
  beforeEach(async () => {
    browser = (await w.signedIn({ role: 'administrator' })).browser
  })
  afterAll(() => w.close())

  /** Sends, and checks what is true of every answer of this operation. @returns the code of the problem, if it is one */
  async function ask(
    endpoint: Endpoint,
    from: TestBrowser,
    options: Parameters<TestBrowser['send']>[2] & { path?: string } = {},
  ) {
    const response = await from.send(endpoint.method, options.path ?? pathOf(endpoint), options)
    const text = await response.text()
    expect(response.headers.get('cache-control')).toBe('no-store')
    if (response.ok) {
      expect(response.status).toBe(goodStatus(endpoint))
      if (endpoint.reply) expect(endpoint.reply.safeParse(JSON.parse(text)).success).toBe(true)
      return { code: null, errors: [] as { pointer: string; code: string }[], text, response }
    }
    const code = expectProblem(response, text)
    expect(problemsOf(endpoint)).toContain(code)
    return { code, errors: (JSON.parse(text).errors ?? []) as { pointer: string; code: string }[], text, response }
  }

  test.each(all)('$title is served, and its path tells which methods it takes', async ({ endpoint }) => {
    const response = await browser.send('OPTIONS', pathOf(endpoint))
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')?.split(', ')).toContain(endpoint.method)
    expect(expectProblem(response, await response.text())).toBe('method-not-allowed')
  })

  test.each(all.filter(({ endpoint }) => hasCaller(endpoint)))(
    '$title turns strangers away',
    async ({ endpoint, body }) => {
      const stranger = w.browser()
      expect((await ask(endpoint, stranger, { body })).code).toBe('not-signed-in')
      const madeUp = { cookie: `latchkey-session=${'A'.repeat(43)}` }
      expect((await ask(endpoint, stranger, { body, headers: madeUp })).code).toBe('not-signed-in')
      // nothing of the request is looked at before it is known who asks
      const nonsense = endpoint.method !== 'GET' && { body: '{"nonsense":', headers: { 'content-type': 'text/plain' } }
      expect((await ask(endpoint, stranger, { ...nonsense })).code).toBe('not-signed-in')
    },
  )

  test.each(all.filter(({ endpoint }) => endpoint.stepUp === 'recent'))(
    'SE-07 $title asks a stale session for a proof',
    async ({ endpoint, body }) => {
      w.clock.advance(5 * 60_000 + 1)
      expect((await ask(endpoint, browser, { body })).code).toBe('step-up-required')
    },
  )

  test.each(all.filter(({ endpoint }) => /^(users|policy):/.test(endpoint.right ?? '')))(
    'AD-01 $title is for administrators, however the path is written',
    async ({ endpoint, body }) => {
      const path = pathOf(endpoint)
      const feature = path.split('/')[3] ?? ''
      const tricks = [
        `/${path}`,
        path.replace('/v1/', '/v1//'),
        path.replace('/api/', '/API/'),
        path.replace(feature, feature.toUpperCase()),
        path.replace(feature, `%${feature.charCodeAt(0).toString(16)}${feature.slice(1)}`),
        path.replace(`/${feature}`, `/account/../${feature}`),
        path.replace(`/${feature}`, `/account%2f..%2f${feature}`),
        `${path}/`,
        `${path}/.`,
        `${path};x`,
        `${path}%00`,
        `${path}%2f`,
      ]
      for (const role of ['member', 'read-only'] as const) {
        const { browser: other } = await w.signedIn({ role })
        expect((await ask(endpoint, other, { body })).code).toBe('forbidden')
        // nothing of the request is looked at before it is known that they may ask at all
        const nonsense = endpoint.method === 'GET' ? {} : { body: '{"nonsense":' }
        expect((await ask(endpoint, other, { ...nonsense, path: `${path}?x=1` })).code).toBe('forbidden')
        for (const trick of tricks)
          expect([403, 404], trick).toContain((await other.send(endpoint.method, trick, { body })).status)
        const headers = { 'x-original-url': path, 'x-rewrite-url': path, 'x-http-method-override': endpoint.method }
        const rewritten = await other.send('GET', '/api/v1/account', { headers })
        expect(await rewritten.json()).toMatchObject({ role })
      }
    },
  )

  test.each(changing)(
    'RA-03 AD-06 $title refuses a member it does not know, and names it',
    async ({ endpoint, body }) => {
      for (const member of ['id', 'userId', 'trustDevice', 'a/b~c']) {
        const pointer = `/${member.replace('~', '~0').replace('a/', 'a~1')}`
        const { code, errors } = await ask(endpoint, browser, { body: { ...body, [member]: 'administrator' } })
        expect(code).toBe('invalid-input')
        expect(errors).toContainEqual({ pointer, code: 'unknown-member' })
      }
    },
  )

  test.each(changing)('RA-01 $title takes JSON only, uncompressed', async ({ endpoint, body = {} }) => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      'text/plain; application/json',
      'text/plain;a=application/json',
      'application/jsonx',
      'application/json, text/plain',
      null,
    ]
    const bytes = new TextEncoder().encode(JSON.stringify(body))
    for (const type of types)
      expect((await ask(endpoint, browser, { body: bytes, headers: { 'content-type': type } })).code).toBe(
        'unsupported-media-type',
      )
    expect((await ask(endpoint, browser, { body: bytes, headers: { 'content-encoding': 'gzip' } })).code).toBe(
      'unsupported-media-type',
    )
  })

  test.each(changing)(
    'WF-01 $title is refused from anywhere but our own pages, with or without a cookie',
    async ({ endpoint, body }) => {
      const foreign: Record<string, string | null>[] = [
        { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'none' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': null, origin: null },
        { 'sec-fetch-site': null, origin: 'null' },
        { 'sec-fetch-site': null, origin: 'https://evil.example' },
        { 'sec-fetch-site': null, origin: `${w.origin}.evil.example` },
        { 'sec-fetch-site': null, origin: w.origin.replace('http:', 'https:') },
      ]
      for (const headers of foreign)
        for (const from of [browser, w.browser()]) {
          const { code, response } = await ask(endpoint, from, { body, headers })
          expect(code).toBe('cross-site-request')
          expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
        }
    },
  )

  test.each(all)(
    'RA-03 AD-07 $title takes no query but what it declares, and that once',
    async ({ endpoint, body }) => {
      const declared = Object.keys((endpoint.query as z.ZodMiniObject | undefined)?.def.shape ?? {})
      const twice = declared.map((name) => `${name}=1&${name}=2`)
      for (const query of ['access_token=c4nary', '_method=DELETE', 'a=1&a=2', 'c4nary', '__proto__=1', ...twice]) {
        const { code, text } = await ask(endpoint, browser, { body, path: `${pathOf(endpoint)}?${query}` })
        expect(code).toBe('invalid-input')
        expect(text).not.toContain('1,2')
      }
    },
  )

  test.each(all.filter(({ endpoint }) => endpoint.method === 'GET'))(
    'RA-05 $title takes no body',
    async ({ endpoint }) => {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { host: new URL(w.origin).host, 'content-type': 'application/json', cookie: cookieOf(browser) }
        const sending = request(
          w.url + pathOf(endpoint),
          { method: 'GET', headers: { ...headers, 'content-length': 2 } },
          (answer) => {
            answer.resume()
            resolve(answer.statusCode)
          },
        )
        sending.on('error', reject)
        sending.end('{}')
      })
      expect(status).toBe(400)
    },
  )

  test.each(changing)(
    'RA-02 $title refuses a body over 64 KiB, whatever it would have done with it',
    async ({ endpoint }) => {
      const { code } = await ask(endpoint, browser, { body: JSON.stringify({ a: 'x'.repeat(65_536) }) })
      expect(code).toBe('too-large')
    },
  )

  test('RA-03 RA-04 a thousand malformed requests are refused as problems, and change nothing', async () => {
    const { browser: own, password } = await w.signedIn({ role: 'administrator' })
    await own.call(stepUp, { body: { password } })
    await own.call(beginAuthenticator)
    const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31)
    const before = await state(w)
    const requests = fc.sample(malformed, { seed, numRuns: 1000 })
    for (let next = 0; next < requests.length; next += 25)
      await Promise.all(
        requests.slice(next, next + 25).map(async (one) => {
          const { name, isSignedIn, options } = one
          const { endpoint } = all.find((candidate) => candidate.name === name) as (typeof all)[number]
          const from = isSignedIn ? own : w.browser()
          const path = pathOf(endpoint) + (options.query ?? '')
          // a connection each: the server may close one whose body it did not want to read
          const headers = { ...options.headers, connection: 'close' }
          const send = () => ask(endpoint, from, { ...options, headers, path })
          const wasReset = (error: Error) => (error.cause as { code?: string } | undefined)?.code === 'ECONNRESET'
          const { code } = await send().catch((error: Error) => {
            if (wasReset(error)) return send() // an idle connection of the client's pool that the server closed just then
            throw new Error(`FUZZ_SEED=${seed} ${JSON.stringify(one)}`, { cause: error })
          })
          if (code === null || code === 'unexpected' || code === 'busy')
            throw new Error(`FUZZ_SEED=${seed} ${code}: ${JSON.stringify(one)}`)
        }),
      )
    expect(await state(w)).toEqual(before)
  })
})

const cookieOf = ({ cookies }: TestBrowser) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

/** Everything but what counts and remembers attempts. */
async function state({ db }: World) {
  const { activity: _, attempts: __, ...tables } = db.tables
  const rows = await Promise.all(Object.values(tables).map((table) => db.select().from(table)))
  return rows.map((table) => table.map((row) => JSON.stringify({ ...row, lastSeenAt: 0 })).sort())
}

type Malformed = {
  name: string
  isSignedIn: boolean
  options: { body?: string | Uint8Array; headers?: Record<string, string | null>; query?: string }
}

/** Requests of which each is wrong in at least one way. */
const malformed: fc.Arbitrary<Malformed> = fc
  .constantFrom(...all.filter(({ endpoint }) => endpoint.encoding !== 'form'))
  .chain(({ name, endpoint, body = {} }) => {
    const fits = (value: unknown) =>
      (endpoint.body ?? { safeParse: (v: unknown) => ({ success: JSON.stringify(v) === '{}' }) }).safeParse(value)
        .success
    const json = (value: unknown) => ({ body: JSON.stringify(value) })
    const members = Object.keys(body)
    const anyText = fc.string({ unit: 'binary' })
    const isRefused = (text: string) => {
      try {
        return !fits(JSON.parse(text))
      } catch {
        return text.length > 0
      }
    }
    const wrongBody = fc.oneof(
      fc
        .jsonValue()
        .filter((value) => !fits(value))
        .map(json),
      fc
        .string({ minLength: 1 })
        .filter(isRefused)
        .map((text) => ({ body: text })),
      fc
        .uint8Array({ minLength: 1, maxLength: 200 })
        .filter((bytes) => isRefused(new TextDecoder().decode(bytes)))
        .map((bytes) => ({ body: bytes })),
      fc
        .tuple(
          anyText.filter((member) => !(member in body)),
          fc.jsonValue(),
        )
        .map(([member, value]) => json({ ...body, [member]: value }))
        .filter(({ body: text }) => isRefused(text)),
      fc
        .constantFrom(
          ...['__proto__', 'constructor', 'prototype'].map((member) => `{"${member}":{"role":"administrator"}}`),
          '['.repeat(60_000),
          `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`,
          `[${'0,'.repeat(300)}0]`,
          '{"a":1,"a":1}',
          '{"a":NaN}',
          '{} {}',
          '\ufeff{}',
          '{"a":"\\ud800"}',
          '{"a":"\\u0000"}',
          "{'a':1}",
        )
        .map((text) => ({ body: text })),
      fc.constant({ body: new Uint8Array([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]) }),
      ...(members.length
        ? [
            fc
              .tuple(
                fc.constantFrom(...members),
                fc.oneof(fc.jsonValue(), fc.constant('\u0000'), fc.constant('\ud800')),
              )
              .map(([member, value]) => ({ ...body, [member]: value }))
              .filter((value) => !fits(value) || JSON.stringify(value).includes('\\u'))
              .map(json),
            fc
              .constantFrom(...members)
              .map((member) => ({ body: `{"${member}":"a",${JSON.stringify(body).slice(1)}` })),
          ]
        : []),
    )
    const wrongHeader = fc
      .constantFrom<Record<string, string>>(
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json;charset=latin1' },
        { 'content-encoding': 'br' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      )
      .map((headers) => ({ ...json(body), headers }))
    const wrongQuery = fc.webQueryParameters().map((query) => ({
      query: `?x${query}`,
      ...(endpoint.method !== 'GET' && members.length > 0 && json(body)),
    }))
    const wrong =
      endpoint.method === 'GET' ? wrongQuery : fc.oneof({ weight: 5, arbitrary: wrongBody }, wrongHeader, wrongQuery)
    return fc.record({
      name: fc.constant(name),
      isSignedIn: fc.boolean(),
      options: wrong as fc.Arbitrary<Malformed['options']>,
    })
  })
