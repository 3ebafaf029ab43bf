import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endpoints } from '@latchkey/contract/all'
import { fullPath } from '@latchkey/contract/endpoint'
import { pages } from '@latchkey/contract/pages'
import { getAccount } from '@latchkey/contract/profile'
import { signIn } from '@latchkey/contract/sign-in'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApp } from '../app.ts'
import { prepareWarning } from '../callers/in-clear.ts'
import { readConfig } from '../config.ts'
import type { Deps } from '../deps.ts'
import { TestBrowser } from '../testing/browser.ts'
import { expectProblem, type RawResponse, sendRaw } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'
import { makeServer } from './listen.ts'

/** A made-up browser app. */
function makeWebFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-web-'))
  mkdirSync(join(folder, 'assets'))
  mkdirSync(join(folder, '.git'))
  const files = {
    'index.html': '<!doctype html><title>Latchkey</title>',
    'assets/app-1a2b.js': 'export {}',
    'assets/app-1a2b.js.br': 'brotli',
    'assets/app-1a2b.js.gz': 'gzip',
    'assets/app-1a2b.js.map': '{"sources":["secret.ts"]}',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '.env': 'LATCHKEY_SECRET=c4nary',
    '.git/HEAD': 'ref: refs/heads/main',
  }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

async function listen(deps: Deps, folder: string | null) {
  const server = makeServer(createApp(deps, folder, folder), deps, prepareWarning(deps))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { server, url, close }
}

describe.each(engines)('the HTTP server on %s', (engine) => {
  let w: World
  let folder: string
  /** the same Latchkey, as it is reached over https, with a browser app in it */
  let secure: Awaited<ReturnType<typeof listen>>
  const HOST = 'account.example.org'
  beforeAll(async () => {
    w = await world(engine)
    folder = makeWebFolder()
    const config = readConfig({ PUBLIC_URL: `https://${HOST}`, TRUSTED_PROXIES: '127.0.0.1' })
    secure = await listen({ ...w.deps, config }, folder)
  })
  afterAll(async () => {
    await secure.close()
    await w.close()
    rmSync(folder, { recursive: true })
  })

  const own = () => `Host: ${new URL(w.origin).host}\r\n`
  /** Asks the https server; a proxy in front of it says for whom. */
  const get = (path: string, { method = 'GET', headers = {} as Record<string, string>, body = '' } = {}) =>
    sendRaw(
      secure.url,
      `${method} ${path} HTTP/1.1\r\n${Object.entries({ Host: HOST, ...headers })
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}` + `${body && `Content-Length: ${Buffer.byteLength(body)}\r\n`}Connection: close\r\n\r\n${body}`,
    )

  const everywhere = ({ headers }: RawResponse) => {
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('strict-transport-security')).toMatch(
      /^max-age=(3153[6-9]|[4-9]\d{4})\d+; includeSubDomains$|^max-age=63072000; includeSubDomains$/,
    )
    expect(headers.get('server')).toBeNull()
    expect(headers.get('x-powered-by')).toBeNull()
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  }
  const asData = (response: RawResponse) => {
    everywhere(response)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(response.headers.get('etag')).toBeNull()
    expect(response.headers.get('last-modified')).toBeNull()
  }
  const json = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' }

  describe('WF-03 RA-08 RA-09 carries its headers on', () => {
    test.each<[string, number, () => Promise<RawResponse>]>([
      ['a good answer', 200, () => get('/api/v1/setup')],
      ['health', 200, () => get('/healthz')],
      ['the document', 200, () => get('/api/v1/openapi.json')],
      [
        'a preflight',
        405,
        () =>
          get('/api/v1/sign-in', {
            method: 'OPTIONS',
            headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
          }),
      ],
      [
        'an answer to a foreign origin',
        200,
        () => get('/api/v1/setup', { headers: { Origin: 'https://evil.example' } }),
      ],
      ['an answer to the null origin', 200, () => get('/api/v1/setup', { headers: { Origin: 'null' } })],
      ['a stranger refused', 401, () => get('/api/v1/account')],
      [
        'a foreign page refused',
        403,
        () => get('/api/v1/sign-in', { method: 'POST', headers: { 'Sec-Fetch-Site': 'cross-site' } }),
      ],
      ['an unknown path', 404, () => get('/api/v1/nothing')],
      ['an unknown version', 404, () => get('/api/v2/account')],
      ['the base itself', 404, () => get('/api')],
      ['an unknown method', 405, () => get('/api/v1/account', { method: 'PURGE' })],
      [
        'a body too large',
        413,
        () => get('/api/v1/sign-in', { method: 'POST', headers: json, body: 'x'.repeat(70_000) }),
      ],
      [
        'no JSON',
        415,
        () =>
          get('/api/v1/sign-in', { method: 'POST', headers: { ...json, 'Content-Type': 'text/plain' }, body: '{}' }),
      ],
      ['a foreign host', 421, () => get('/api/v1/setup', { headers: { Host: 'evil.example' } })],
      ['input refused', 422, () => get('/api/v1/sign-in', { method: 'POST', headers: json, body: '{}' })],
      ['headers too large', 431, () => get('/api/v1/setup', { headers: { Cookie: 'a'.repeat(17_000) } })],
      ['what is not HTTP', 400, () => sendRaw(secure.url, 'HELO latchkey\r\n\r\n')],
      [
        'two lengths',
        400,
        () => get('/api/v1/sign-in', { method: 'POST', headers: { 'Content-Length': '1', 'content-length': '2' } }),
      ],
      [
        'a length and chunks',
        400,
        () =>
          get('/api/v1/sign-in', {
            method: 'POST',
            headers: { 'Content-Length': '1', 'Transfer-Encoding': 'chunked' },
          }),
      ],
      ['a header name with a blank', 400, () => get('/api/v1/setup', { headers: { 'Bad Name': 'x' } })],
      ['no host at all', 421, () => sendRaw(secure.url, 'GET /api/v1/setup HTTP/1.1\r\nConnection: close\r\n\r\n')],
      ['an expectation nobody can meet', 200, () => get('/api/v1/setup', { headers: { Expect: 'the-impossible' } })],
      ['a method nobody serves', 405, () => get('/api/v1/account', { method: 'TRACE' })],
    ])('%s (%i)', async (_, status, ask) => {
      const response = await ask()
      expect(response.status).toBe(status)
      asData(response)
      if (status >= 400) expectProblem(response, response.body)
    })

    test('LG-03 a request for another host is told to the operator, whatever it names', async () => {
      const before = w.log().length
      const { body } = await get('/api/v1/setup', {
        headers: { Host: `account.example.org:8444\u009b31m"}${'x'.repeat(200)}` },
      })
      const [line = '', ...more] = w.log().slice(before).trimEnd().split('\n')
      expect(more).toEqual([])
      const { requestId } = JSON.parse(body)
      expect(JSON.parse(line)).toMatchObject({ level: 'warn', code: 'misdirected-request', requestId })
      expect(JSON.parse(line).host).toMatch(/^account\.example\.org:8444.{76}$/)
      expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
    })

    test('an answer of 500', async () => {
      const { db } = w.deps
      let isBroken = false
      const select = ((...columns: []) => {
        if (isBroken) throw new Error('c4nary: the disk is on fire')
        return db.select(...columns)
      }) as Deps['db']['select']
      const { url, close } = await listen(
        { ...w.deps, config: readConfig({ PUBLIC_URL: `https://${HOST}` }), db: { ...db, select } },
        null,
      )
      isBroken = true // only now: the look-up of callers is prepared at start
      const response = await sendRaw(
        url,
        `GET /api/v1/password-rules HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`,
      )
      await close()
      expect(response.status).toBe(500)
      asData(response)
      expect(expectProblem(response, response.body)).toBe('unexpected')
      expect(response.body).not.toContain('c4nary')
    })

    test('a request that never ends (408)', async () => {
      const impatient = await listen({ ...w.deps, config: readConfig({ PUBLIC_URL: `https://${HOST}` }) }, null)
      impatient.server.headersTimeout = 50
      impatient.server.requestTimeout = 100
      const [slowBody, slowHeaders] = await Promise.all([
        sendRaw(
          impatient.url,
          `POST /api/v1/sign-in HTTP/1.1\r\nHost: ${HOST}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
        ),
        sendRaw(impatient.url, `GET /api/v1/setup HTTP/1.1\r\nHost: ${HOST}\r\n`),
      ])
      await impatient.close()
      for (const response of [slowBody, slowHeaders]) {
        expect(response.status).toBe(408)
        asData(response)
        expect(expectProblem(response, response.body)).toBe('request-timeout')
      }
    })
  })

  test('RA-02 the limits of a connection are those of the requirements', () => {
    expect(secure.server.requestTimeout).toBeLessThanOrEqual(30_000)
    expect(secure.server.headersTimeout).toBeLessThanOrEqual(secure.server.requestTimeout)
  })

  test('RA-02 two hundred connections that say nothing more keep nobody else waiting', async () => {
    const head = `POST /api/v1/sign-in HTTP/1.1\r\n${own()}Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`
    const sockets = Array.from({ length: 200 }, () =>
      connect(Number(new URL(w.url).port), '127.0.0.1').on('error', () => {}),
    )
    await Promise.all(sockets.map((socket) => new Promise((sent) => socket.write(head, sent))))
    const response = await fetch(`${w.url}/healthz`)
    for (const socket of sockets) socket.destroy()
    expect(response.status).toBe(200)
  })

  test('RA-02 bytes are counted as they come: in chunks that never said how many, at an operation that wants none', async () => {
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    for (const path of ['/api/v1/sign-in', '/api/v1/sign-out']) {
      const head = `POST ${path} HTTP/1.1\r\n${own()}Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
      const response = await sendRaw(w.url, `${head + chunk.repeat(64)}0\r\n\r\n`)
      expect(response.status).toBe(413)
      expectProblem(response, response.body)
      expect(response.headers.get('connection')).toBe('close')
    }
  })

  test('RA-05 every path knows its methods and no others, and nothing in a request changes the method', async () => {
    const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PURGE']
    const served = Map.groupBy(endpoints, ({ endpoint }) => fullPath(endpoint))
    for (const [path, own] of served) {
      const allowed = own.flatMap(({ endpoint: { method } }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      for (const method of methods.filter((one) => !allowed.includes(one))) {
        const overrides = {
          'X-HTTP-Method-Override': allowed[0] ?? '',
          'X-HTTP-Method': allowed[0] ?? '',
          'X-Method-Override': allowed[0] ?? '',
        }
        const response = await get(`${path.replace(/:\w+/, 'x')}?_method=${allowed[0]}`, {
          method,
          headers: overrides,
        })
        expect([method, path, response.status]).toEqual([method, path, 405])
        expect(response.headers.get('allow')?.split(', ').sort()).toEqual([...new Set(allowed)].sort())
      }
    }
  })

  test('RA-05 CONNECT gets no tunnel', async () => {
    const response = await sendRaw(w.url, `CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n`)
    expect(response.status === 200).toBe(false)
  })

  test('RA-05 HEAD answers like GET, without a body', async () => {
    const response = await get('/api/v1/setup', { method: 'HEAD' })
    expect([response.status, response.body]).toEqual([200, ''])
    asData(response)
  })

  test.each([
    '/api/account/x.css',
    '/api/v1/account;.css',
    '/api/v1/account/%0a.css',
    '/api/v1/account/x.js',
    '/api/v1/account%2fx.css',
    '/api/v1//account',
    '/api/v1/account/',
    '/api/test/reset',
  ])('RA-09 %s is nobody’s page: 404, never stored', async (path) => {
    const response = await get(path, { headers: { Accept: 'text/html' } })
    expect(response.status).toBe(404)
    asData(response)
    expectProblem(response, response.body)
  })

  describe('CF-03 the host', () => {
    const ask = (target: string, hostLines: string) =>
      sendRaw(w.url, `GET ${target} HTTP/1.1\r\n${hostLines}Connection: close\r\n\r\n`)
    const port = () => String(w.deps.config.port)

    test('is answered under every name of this machine when that is what PUBLIC_URL says', async () => {
      for (const name of ['localhost', '127.0.0.1', '[::1]'])
        expect((await ask('/api/v1/setup', `Host: ${name}:${port()}\r\n`)).status).toBe(200)
    })

    test.each<[string, string, (port: string) => string]>([
      ['a foreign one', '/api/v1/setup', () => 'Host: evil.example\r\n'],
      ['an empty one', '/api/v1/setup', () => 'Host: \r\n'],
      ['none', '/api/v1/setup', () => ''],
      ['two', '/api/v1/setup', (p) => `Host: localhost:${p}\r\nHost: evil.example\r\n`],
      ['two of ours', '/api/v1/setup', (p) => `Host: localhost:${p}\r\nhost: localhost:${p}\r\n`],
      ['ours with a user in front', '/api/v1/setup', (p) => `Host: localhost:${p}@evil.example\r\n`],
      ['ours as a user', '/api/v1/setup', (p) => `Host: evil@localhost:${p}\r\n`],
      ['ours with a full stop', '/api/v1/setup', (p) => `Host: localhost.:${p}\r\n`],
      ['ours with another port', '/api/v1/setup', () => 'Host: localhost:1\r\n'],
      ['ours as the beginning of another', '/api/v1/setup', (p) => `Host: localhost:${p}.evil.example\r\n`],
      ['a foreign one in the request line', 'http://evil.example/api/v1/setup', (p) => `Host: localhost:${p}\r\n`],
      ['a foreign health check in the request line', 'http://evil.example/healthz', (p) => `Host: localhost:${p}\r\n`],
      ['an asterisk', '*', (p) => `Host: localhost:${p}\r\n`],
    ])('is refused when there is %s', async (_, target, lines) => {
      const response = await ask(target, lines(port()))
      expect([400, 421]).toContain(response.status)
      expect(response.body).not.toContain('evil')
    })

    test('in upper case is ours all the same (RFC 9110 section 4.2.3)', async () => {
      expect((await ask('/api/v1/setup', `Host: LOCALHOST:${port()}\r\n`)).status).toBe(200)
    })

    test('is not looked at for health, which a balancer asks by address', async () => {
      expect((await ask('/healthz', 'Host: 10.1.2.3\r\n')).status).toBe(200)
      expect((await ask('/readyz', 'Host: 10.1.2.3\r\n')).status).toBe(200)
    })

    test('no other header takes its place', async () => {
      const lines = `${own()}X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\nX-Original-Host: evil.example\r\n`
      const response = await ask('/api/v1/openapi.json', lines)
      expect(response.status).toBe(200)
      expect(response.body).not.toContain('evil.example')
    })

    test('behind https, what a proxy says came in clear is refused', async () => {
      for (const hops of ['http', 'http, https', 'https,http', 'HTTP']) {
        const refused = await get('/api/v1/setup', { headers: { 'X-Forwarded-Proto': hops } })
        expect([hops, refused.status, JSON.parse(refused.body).code]).toEqual([hops, 403, 'https-required'])
        expect(refused.headers.get('location')).toBeNull()
      }
      for (const hops of ['https', 'https, https'])
        expect((await get('/api/v1/setup', { headers: { 'X-Forwarded-Proto': hops } })).status).toBe(200)
    })
  })

  describe('CF-04 shows nobody', () => {
    test.each([
      '/.git/HEAD',
      '/.env',
      '/assets/app-1a2b.js.map',
      '/assets/app-1a2b.js.br',
      '/metrics',
      '/openapi.json',
      '/index.html',
      '/assets/',
      '/..%2f..%2fetc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '//etc/passwd',
      '/../../etc/passwd',
      '/assets/..%5c..%5cindex.html',
      '/assets/%00',
      '/%',
      '/constructor',
      '/__proto__',
      '/package.json',
      '/src/main.ts',
      '/server-status',
      '/debug/pprof',
      '/swagger.json',
      '/api/docs/',
      '/api/docs/index.html',
      '/api/docs/assets/app-1a2b.js.map',
      '/api/docs/assets/..%2f.env',
      '/api/docs/assets/__proto__',
      '/api/docs/.env',
    ])('%s', async (path) => {
      for (const headers of [{}, { Accept: 'text/html' }]) {
        const response = await get(path, { headers })
        expect([400, 401, 404]).toContain(response.status)
        everywhere(response)
        expect(response.body).not.toMatch(/c4nary|refs\/heads|secret\.ts|root:/)
      }
    })

    test('more of its health than up or down', async () => {
      const bodies = await Promise.all(Array.from({ length: 3 }, async () => (await get('/healthz')).body))
      expect(new Set(bodies)).toEqual(new Set(['{"status":"up"}']))
      expect((await get('/readyz')).body).toBe('{"status":"ready"}')
    })
  })

  describe('the browser app', () => {
    test.each([...pages])(
      'WF-02 WF-03 %s is the document, under a policy that allows only files of this origin',
      async (page) => {
        const response = await get(page, { headers: { Accept: 'text/html' } })
        expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
        everywhere(response)
        expect(policyOf(response)).toEqual({
          'default-src': "'none'",
          'script-src': "'self'",
          'style-src': "'self'",
          'img-src': "'self'",
          'connect-src': "'self'",
          'font-src': "'self'",
          'form-action': "'self'",
          'base-uri': "'none'",
          'object-src': "'none'",
          'frame-ancestors': "'none'",
          'require-trusted-types-for': "'script'",
        })
        expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin')
        expect(response.headers.get('permissions-policy')).toMatch(/camera=\(\).*publickey-credentials-get=\(self\)/)
        expect(response.headers.get('cache-control')).toBe('no-cache')
      },
    )

    test('WF-02 the API documentation is a page under the same policy but for the styles its renderer writes', async () => {
      const [page, app] = await Promise.all(
        ['/api/docs', '/settings'].map((path) => get(path, { headers: { Accept: 'text/html' } })),
      )
      if (!page || !app) throw new Error('No answers')
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      everywhere(page)
      expect(policyOf(page)).toEqual({ ...policyOf(app), 'style-src': "'self' 'unsafe-inline'" })
      expect(page.headers.get('cache-control')).toBe('no-cache')

      const file = await get('/api/docs/assets/app-1a2b.js', { headers: { 'Accept-Encoding': 'br' } })
      expect([file.status, file.headers.get('content-encoding')]).toEqual([200, 'br'])
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    })

    test('WF-03 an address nobody knows is the same document with 404, and only for who reads pages', async () => {
      const page = await get('/no/such/page', { headers: { Accept: 'text/html' } })
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
      everywhere(page)
      expect(policyOf(page)['default-src']).toBe("'none'")
      const other = await get('/no/such/page')
      expect([other.status, other.body]).toEqual([404, ''])
      everywhere(other)
    })

    test('WF-03 hashed files may be kept, in the best encoding the browser reads', async () => {
      const path = '/assets/app-1a2b.js'
      const answers = await Promise.all(
        ['', 'gzip', 'gzip, br'].map((accepted) => get(path, { headers: { 'Accept-Encoding': accepted } })),
      )
      expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip', 'br'])
      for (const answer of answers) {
        everywhere(answer)
        expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
        expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
        expect(answer.headers.get('vary')).toContain('Accept-Encoding')
      }
    })

    test('RA-05 pages and files can only be read', async () => {
      for (const path of ['/', '/sign-in', '/assets/app-1a2b.js', '/nothing'])
        for (const method of ['POST', 'PUT', 'DELETE', 'TRACE']) {
          const response = await get(path, { method })
          expect([method, path, response.status, response.headers.get('allow')]).toEqual([
            method,
            path,
            405,
            'GET, HEAD',
          ])
          everywhere(response)
        }
    })

    test('WF-03 without one, an unknown address still gets its headers', async () => {
      const bare = await listen({ ...w.deps, config: readConfig({ PUBLIC_URL: `https://${HOST}` }) }, null)
      const response = await sendRaw(bare.url, `GET /sign-in HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)
      await bare.close()
      expect(response.status).toBe(404)
      everywhere(response)
    })
  })

  describe('SE-02 cookies', () => {
    const cookiesOf = async (path: string, body: unknown, cookie = '') => {
      const response = await get(path, {
        method: 'POST',
        headers: { ...json, Cookie: cookie, 'X-Forwarded-For': '203.0.113.9' },
        body: JSON.stringify(body),
      })
      return { response, cookies: (response.headers.get('set-cookie') ?? '').split(/, (?=__Host)/) }
    }
    const SESSION = /^__Host-latchkey-session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/

    test('over https are __Host-, Secure, HttpOnly, SameSite=Strict, for this host and path / alone', async () => {
      const { username, password } = await w.person()
      const { cookies } = await cookiesOf('/api/v1/sign-in', { username, password })
      const [session = '', signInCookie = ''] = cookies
      expect(session).toMatch(SESSION)
      expect(signInCookie).toBe('__Host-latchkey-sign-in=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure')
      expect(cookies.join().length).toBeLessThan(4096)
      expect(cookies.join()).not.toMatch(/domain/i)
    })

    test('between two steps are as strict', async () => {
      const { username, password } = await w.withTwoFactor()
      const { cookies } = await cookiesOf('/api/v1/sign-in', { username, password })
      expect(cookies).toEqual([
        expect.stringMatching(
          /^__Host-latchkey-sign-in=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
        ),
      ])
    })

    test('over http on this machine carry neither prefix nor Secure, which browsers would refuse', async () => {
      const { username, password } = await w.person()
      const response = await w.browser().send('POST', '/api/v1/sign-in', { body: { username, password } })
      expect(response.headers.getSetCookie()[0]).toMatch(
        /^latchkey-session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
      )
    })

    test('without the prefix are nobody’s over https', async () => {
      const { username, password } = await w.person()
      const { cookies } = await cookiesOf('/api/v1/sign-in', { username, password })
      const pair = cookies[0]?.split(';')[0] ?? ''
      const statusWith = async (Cookie: string) => (await get('/api/v1/account', { headers: { Cookie } })).status
      expect(await statusWith(pair)).toBe(200)
      expect(await statusWith(pair.replace('__Host-', ''))).toBe(401)
      expect(await statusWith(pair.replace('__Host-', '__host-'))).toBe(401)
      expect(await statusWith(pair.replace('session', 'sign-in'))).toBe(401)
      expect(await statusWith(`a=b; ${pair}; c=d`)).toBe(200)
    })

    test('that come twice are refused, whichever is the good one and however they are put together', async () => {
      const { browser } = await w.signedIn()
      const good = `latchkey-session=${browser.cookies.get('latchkey-session')}`
      const bad = `latchkey-session=${'A'.repeat(43)}`
      const statusWith = async (lines: string) =>
        (await sendRaw(w.url, `GET /api/v1/account HTTP/1.1\r\n${own()}${lines}Connection: close\r\n\r\n`)).status
      expect(await statusWith(`Cookie: ${good}\r\n`)).toBe(200)
      for (const lines of [
        `Cookie: ${good}; ${bad}\r\n`,
        `Cookie: ${bad}; ${good}\r\n`,
        `Cookie: ${good}; ${good}\r\n`,
        `Cookie: ${good};${bad}\r\n`,
        `Cookie: ${bad};${good}\r\n`,
        `Cookie: x=1;${bad}; ${good}\r\n`,
        `Cookie: x=1;${bad};y=2; ${good}\r\n`,
        `Cookie: ${good}\r\nCookie: ${bad}\r\n`,
        `Cookie: ${bad}\r\nCookie: ${good}\r\n`,
        `Cookie: ${good}; latchkey-session=\r\n`,
        `Cookie: latchkey-session=; ${good}\r\n`,
      ])
        expect([lines, await statusWith(lines)]).toEqual([lines, 401])
    })

    test('SE-02 whose name begins with another byte are not read as ours, as no proxy in front would', async () => {
      const { browser } = await w.signedIn()
      const other = await w.signedIn()
      const [good, foreign] = [browser, other.browser].map(
        ({ cookies }) => `latchkey-session=${cookies.get('latchkey-session')}`,
      )
      const answerTo = async (cookie: string) => {
        const text = `GET /api/v1/account HTTP/1.1\r\n${own()}Cookie: ${cookie}\r\nConnection: close\r\n\r\n`
        const { status, body } = await sendRaw(w.url, Buffer.from(text, 'latin1'))
        return [status, JSON.parse(body).username]
      }
      const { username } = await browser.call(getAccount)
      expect(await answerTo(` \t${good}\t `)).toEqual([200, username])
      for (const odd of [
        `\xa0${foreign}`,
        `x=1;\xa0${foreign}`,
        `${foreign}\xa0`,
        `\xa0 ${foreign}`,
        ` \xa0${foreign}`,
      ])
        expect.soft(await answerTo(odd), JSON.stringify(odd)).toEqual([401, undefined])
      for (const beside of [`${good}; \xa0${foreign}`, `\xa0${foreign}; ${good}`])
        expect.soft(await answerTo(beside), JSON.stringify(beside)).toEqual([200, username])
    })

    test('SI-02 a token the client made up is never taken over', async () => {
      const { username, password } = await w.person()
      const forged = 'B'.repeat(43)
      const browser = w.browser()
      browser.cookies.set('latchkey-session', forged)
      await browser.call(signIn, { body: { username, password } })
      expect(browser.cookies.get('latchkey-session')).not.toBe(forged)
      browser.cookies.set('latchkey-session', forged)
      expect((await browser.send(getAccount.method, '/api/v1/account')).status).toBe(401)
    })
  })

  test('RA-07 SE-06 a session of somebody else, a made-up one and a malformed one are answered alike, and change nothing', async () => {
    const victim = await w.signedIn()
    const { browser } = await w.signedIn()
    const [theirs] = await w.db
      .select()
      .from(w.db.tables.sessions)
      .then((rows) => rows.filter(({ userId }) => userId === victim.id))
    const ids = [
      theirs?.id ?? '',
      crypto.randomUUID(),
      'x',
      '%00',
      '%ff',
      '%C3%28',
      "'; drop table sessions; --",
      '..%2f',
      '%2e%2e%2f',
      '🦆',
      '0',
      '-1',
    ]
    const answers = await Promise.all(
      ids.map(async (id) => {
        const response = await browser.send(
          'DELETE',
          `/api/v1/account/sessions/${encodeURI(id).replaceAll('%25', '%')}`,
        )
        const { requestId: _, ...body } = (await response.json()) as Record<string, unknown>
        return [id, response.status, body]
      }),
    )
    const notFound = { type: 'urn:latchkey:problem:not-found', title: 'Not found', status: 404, code: 'not-found' }
    expect(answers).toEqual(ids.map((id) => [id, 404, notFound]))
    await victim.browser.call(getAccount)
  })

  test('the document of the API comes in the best encoding the other side reads, and is the same in each', async () => {
    const answers = await Promise.all(
      ['identity', 'gzip', 'gzip, br'].map((accepted) =>
        fetch(`${w.url}/api/v1/openapi.json`, { headers: { 'Accept-Encoding': accepted } }),
      ),
    )
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual([null, 'gzip', 'br'])
    const sizes = answers.map(({ headers }) => Number(headers.get('content-length')))
    expect(Math.max(...sizes.slice(1)) * 4).toBeLessThan(sizes[0] ?? 0)
    for (const { headers } of answers) {
      expect(headers.get('vary')).toBe('Accept-Encoding')
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
    const [plain, ...others] = await Promise.all(answers.map((answer) => answer.text()))
    expect(JSON.parse(plain ?? '').openapi).toMatch(/^3\.1/)
    for (const other of others) expect(other === plain).toBe(true)
  })

  test('RA-04 a database that is out of reach is 503 with a time to come back, not 500', async () => {
    const unreachable = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))
    const db = { ...w.deps.db, isCurrent: unreachable, write: unreachable }
    const troubled = await w.second({ db })
    const response = await new TestBrowser(troubled.url, w.origin, '203.0.113.77').send('POST', '/api/v1/sign-in', {
      body: { username: 'anybody', password: 'violet harbour lantern' },
    })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(expectProblem(response, await response.text())).toBe('busy')
    const ready = await fetch(`${troubled.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(ready.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await (await fetch(`${troubled.url}/healthz`)).json()).toEqual({ status: 'up' })
  })

  test('a request that is on its way when the server stops is finished, and no new one is taken', async () => {
    const stopping = await listen(w.deps, null)
    const { username, password } = await w.person()
    const body = JSON.stringify({ username, password })
    const head = { ...json, host: new URL(w.origin).host, 'content-length': body.length, connection: 'close' }
    const answered = new Promise<number | undefined>((resolve, reject) => {
      const sending = request(`${stopping.url}/api/v1/sign-in`, { method: 'POST', headers: head }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sending.on('error', reject)
      sending.flushHeaders()
      stopping.server.once('request', () => {
        stopping.server.close()
        sending.end(body)
      })
    })
    expect(await answered).toBe(200)
    await expect(fetch(`${stopping.url}/healthz`)).rejects.toThrow()
  })
})

const policyOf = ({ headers }: RawResponse) =>
  Object.fromEntries(
    (headers.get('content-security-policy') ?? '').split(';').map((directive) => directive.trim().split(/ (.*)/)),
  )
