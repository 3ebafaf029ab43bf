import { generateApiKey } from '@latchkey/contract/api-key'
import { getReturnAddress } from '@latchkey/contract/forward-auth'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf } from '../testing/browser.ts'
import { expectProblem, sendRaw } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'

const listed = 'https://wiki.example.org'
const path = '/api/v1/forward-auth'

/** What Traefik and Caddy say of a request they ask about; both pass the answer on. */
const through = (over: Record<string, string> = {}) => ({
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  origin: null,
  'sec-fetch-site': 'none',
  'x-forwarded-method': 'GET',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'wiki.example.org',
  'x-forwarded-uri': '/page',
  ...over,
})

describe.each(engines)('forward-auth on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine, { FORWARD_AUTH_ORIGINS: `${listed}, http://localhost:8443` })
  })
  afterAll(() => w.close())

  const ask = (over?: Record<string, string>) => w.browser().send('GET', path, { headers: through(over) })

  test('a browser behind Traefik or Caddy is sent to sign in, with the way back', async () => {
    const answer = await ask({ 'x-forwarded-uri': '/a?b=1&c=%26#d' })
    expect(answer.status).toBe(302)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const to = new URL(answer.headers.get('location') ?? '')
    expect([to.origin, to.pathname]).toEqual([w.origin, '/sign-in'])
    expect([...to.searchParams]).toEqual([['return_to', `${listed}/a?b=1&c=%26#d`]])
    const back = await w.browser().call(getReturnAddress, { query: { url: to.searchParams.get('return_to') ?? '' } })
    expect(back.url).toBe(`${listed}/a?b=1&c=%26#d`)
  })

  test('somebody signed in is named and not sent anywhere', async () => {
    const { browser, username } = await w.signedIn()
    const answer = await browser.send('GET', path, { headers: through() })
    expect([answer.status, answer.headers.get('remote-user'), await answer.text()]).toEqual([200, username, ''])
  })

  test('WF-06 an origin that is not listed, or an answer no browser waits for, stays a refusal', async () => {
    const refused: Record<string, string>[] = [
      { 'x-forwarded-host': 'evil.example' },
      { 'x-forwarded-host': 'wiki.example.org.evil.example' },
      { 'x-forwarded-host': 'wiki.example.org:8443' },
      { 'x-forwarded-host': 'wiki.example.org, evil.example' },
      { 'x-forwarded-host': '' },
      { 'x-forwarded-proto': 'http' },
      { 'x-forwarded-proto': 'javascript' },
      { 'x-forwarded-uri': '@evil.example/' },
      { 'x-forwarded-uri': '.evil.example/' },
      { 'x-forwarded-uri': '' },
      { accept: '*/*' },
      { accept: 'application/json' },
    ]
    for (const over of refused) {
      const answer = await ask(over)
      expect.soft([answer.status, answer.headers.get('location')], JSON.stringify(over)).toEqual([401, null])
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
      expect(expectProblem(answer, await answer.text())).toBe('not-signed-in')
    }
  })

  test('a program whose credential is refused is told so, and not shown a page to sign in', async () => {
    const { username } = await w.person()
    for (const shown of ['Bearer lk_nonsense', basic(username, 'a wrong password'), 'Foo x']) {
      const headers = { ...through(), 'sec-fetch-site': null }
      const answer = await w.client(shown).send('GET', path, { headers })
      expect.soft([answer.status, answer.headers.get('location')], shown).toEqual([401, null])
      expect.soft(answer.headers.get('www-authenticate')).toMatch(/^Basic .*, Bearer /)
    }
  })

  test('WF-06 the way back is to a page on the web, of a listed origin, compared whole', async () => {
    const url = `${listed}/a?b=1`
    expect((await w.browser().call(getReturnAddress, { query: { url } })).url).toBe(url)
    const refused = [
      ...['https://evil.example/', '//wiki.example.org/', 'javascript:alert(1)', 'data:text/html,x', '/settings', 'x'],
      ...[`${listed}.evil.example/`, `${listed}@evil.example/`, `${listed}:8443/`, 'http://wiki.example.org/'],
      'https://somebody@wiki.example.org/',
      'https://:secret@wiki.example.org/',
      `blob:${listed}/6f1c`,
      'filesystem:https://wiki.example.org/temporary/x',
      w.origin,
      'null',
    ]
    for (const wrong of refused)
      expect
        .soft((await problemOf(w.browser().call(getReturnAddress, { query: { url: wrong } }))).code, wrong)
        .toBe('invalid-input')
    // written otherwise, read as the browser will read it
    const crooked = await w.browser().call(getReturnAddress, { query: { url: 'https:\\\\WIKI.example.org\\a/../b' } })
    expect(crooked.url).toBe(`${listed}/b`)
  })

  test('AP-02 Basic is read strictly', async () => {
    const { username, password } = await w.person({ password: 'violet: harbour:lantern' })
    expect((await w.client(basic(username, password)).send('GET', path)).status).toBe(200)
    const encoded = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`
    const refused = [
      ...['Basic', 'Basic ', 'Basic !', `Basic ${username}:${password}`, `${basic(username, password)} x`],
      ...['', ':', username, `${username}:`, `:${password}`, `${username}:${password}\r\n`, `${username}\0:x`].map(
        encoded,
      ),
      encoded(Buffer.from([0xff, 0x3a, 0xff])),
      encoded(`${username} :${password}`),
    ]
    for (const shown of refused) {
      const answer = await w.client(shown).send('GET', path)
      expect.soft(answer.status, shown).toBe(401)
      expect.soft(expectProblem(answer, await answer.text()), shown).toMatch(/wrong-api-password|not-signed-in/)
    }
  })

  test('RA-06 one credential, in one header, of the right scheme', async () => {
    const { browser, username, password } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    for (const scheme of ['Bearer', 'bearer', 'BEARER  '])
      expect((await w.client(`${scheme} ${apiKey}`).send('GET', path)).status).toBe(200)
    for (const shown of ['Bearer', 'Bearer ', `Foo ${apiKey}`, `Token ${apiKey}`, apiKey, `Bearer ${apiKey} x`])
      expect.soft((await w.client(shown).send('GET', path)).status, shown).toBe(401)

    const raw = (...lines: string[]) =>
      sendRaw(w.url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)
    const [key, word] = [`Authorization: ${bearer(apiKey)}`, `authorization: ${basic(username, password)}`]
    for (const two of [
      [key, key],
      [key, word],
      [word, word],
    ])
      expect((await raw(...two)).status).toBe(400)
    // what stands in Authorization decides alone: a good cookie beside a wrong key opens nothing
    const both = await browser.send('GET', path, { headers: { authorization: 'Bearer lk_nonsense' } })
    expect(both.status).toBe(401)

    for (const name of ['access_token', 'token', 'api_key'])
      expect((await w.browser().send('GET', `${path}?${name}=${apiKey}`)).status).toBe(401)
    expect(w.log()).not.toContain(apiKey)
  })

  test('a body is refused, and so is every other method', async () => {
    const { browser } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${bearer(apiKey)}\r\nConnection: close\r\n`
    expect((await sendRaw(w.url, `${request}Content-Length: 2\r\n\r\n{}`)).status).toBe(400)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await w.client(bearer(apiKey)).send(method, path)
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    }
    expect((await w.client(bearer(apiKey)).send('HEAD', path)).headers.get('remote-groups')).toBe('member')
  })
})
