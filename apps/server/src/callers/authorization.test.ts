import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { getAccount } from '@latchkey/contract/profile'
import { createUser } from '@latchkey/contract/users'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf } from '../testing/browser.ts'
import { sendRaw } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'

const path = '/api/v1/account'
const base64 = (bytes: string | number[]) => Buffer.from(bytes as string).toString('base64')

describe.each(engines)('the Authorization header on %s', (engine) => {
  let w: World
  let person: Awaited<ReturnType<World['signedIn']>> & { apiKey: string; apiPassword: string }
  beforeAll(async () => {
    w = await world(engine)
    const someone = await w.signedIn({ role: 'administrator' })
    const { apiKey } = await someone.browser.call(generateApiKey)
    const { apiPassword } = await someone.browser.call(generateApiPassword)
    person = { ...someone, apiKey, apiPassword }
  })
  afterAll(() => w.close())

  const ask = async (authorization: string, of = path) => {
    const answer = await w.client(authorization).send('GET', of)
    const { code } = (await answer.json()) as { code?: string }
    return { status: answer.status, code, challenge: answer.headers.get('www-authenticate') }
  }

  test('RA-06 takes a key as Bearer and a password as Basic, the scheme in any case, and no other scheme', async () => {
    const { apiKey, apiPassword, username } = person
    const encoded = base64(`${username}:${apiPassword}`)
    for (const good of [`bearer ${apiKey}`, `BEARER  ${apiKey}`, `basic ${encoded}`, `BaSiC   ${encoded}`])
      expect.soft((await ask(good)).status, good.slice(0, 8)).toBe(200)
    for (const scheme of ['Foo', 'Token', 'Digest', 'Negotiate', 'ApiKey', 'Bearer:', 'X-Bearer'])
      expect.soft(await ask(`${scheme} ${apiKey}`), scheme).toMatchObject({ status: 401, code: 'not-signed-in' })
    for (const bare of [apiKey, encoded, 'Bearer', 'Basic', 'Bearer,', `Bearer ${apiKey} x`, `Bearer ${apiKey},Basic`])
      expect.soft((await ask(bare)).status, bare.slice(0, 10)).toBe(401)
  })

  test('RA-06 two of them are refused, whichever they are: nobody can say which was meant', async () => {
    const key = bearer(person.apiKey)
    const password = basic(person.username, person.apiPassword)
    for (const [first, second] of [
      [key, password],
      [password, key],
      [key, key],
      [key, 'Foo x'],
    ])
      for (const names of [
        ['Authorization', 'Authorization'],
        ['authorization', 'AUTHORIZATION'],
      ]) {
        const lines = [`Host: localhost`, `${names[0]}: ${first}`, `${names[1]}: ${second}`, 'Connection: close']
        const answer = await sendRaw(w.url, `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
        expect([answer.status, JSON.parse(answer.body).code]).toEqual([400, 'malformed-request'])
      }
    const one = await sendRaw(
      w.url,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${key}\r\nConnection: close\r\n\r\n`,
    )
    expect(one.status).toBe(200)
  })

  test('RA-06 a key in a URL or a body is refused, and never written down', async () => {
    const { apiKey } = person
    for (const name of ['access_token', 'token', 'api_key', 'apiKey', 'key']) {
      const anonymous = await w.browser().send('GET', `${path}?${name}=${apiKey}`)
      expect(anonymous.status).toBe(401)
      expect((await ask(bearer(apiKey), `${path}?${name}=${apiKey}`)).code).toBe('invalid-input')
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const method of ['PATCH', 'POST', 'DELETE']) {
      const body = `access_token=${apiKey}`
      expect((await w.browser().send(method, path, { body, headers: form })).ok).toBe(false)
    }
    expect(w.log()).not.toContain(apiKey.slice(3, 33))
  })

  test('AP-02 name and password are split at the first colon, as UTF-8, and a name never holds one', async () => {
    const colon = await w.person({ password: 'pa:ss:word with: colons ::' })
    expect(await w.client(basic(colon.username, colon.password)).call(getAccount)).toMatchObject({ id: colon.id })
    expect((await ask(`Basic ${base64(`${colon.username}:pa:ss`)}`)).status).toBe(401)
    for (const password of [
      'пароль с паролем крепким',
      'ñandú über façade 🔑 harbour',
      'パスワードはとても長いです本当に長い',
    ]) {
      const { id, username } = await w.person({ password })
      for (const form of ['NFC', 'NFD'] as const)
        expect(await w.client(basic(username, password.normalize(form))).call(getAccount)).toMatchObject({ id })
      const latin1 = Buffer.from(`${username}:ñandú über façade harbour`, 'latin1').toString('base64')
      expect((await ask(`Basic ${latin1}`)).code).toBe('wrong-api-password')
    }
    for (const username of ['al:ice', ':alice', 'alice:']) {
      const body = { username, displayName: 'Alice', role: 'member', password: 'violet harbour lantern' } as const
      const { code, details } = await problemOf(person.browser.call(createUser, { body }))
      expect([code, details.errors]).toEqual(['invalid-input', [{ pointer: '/username', code: 'invalid' }]])
      expect(details.detail).toContain('colon')
    }
  })

  test('AP-02 what cannot be read as a name and a password is refused like a wrong one, and never an error', async () => {
    const { username, apiPassword } = person
    const [name, secret] = [Buffer.from(username), Buffer.from(apiPassword)]
    const unreadable: Record<string, string> = {
      'no colon': base64(`${username}${apiPassword}`),
      'no name': base64(`:${apiPassword}`),
      'no password': base64(`${username}:`),
      'a colon alone': base64(':'),
      'bytes that are no UTF-8': base64([...name, 0x3a, 0xff, 0xfe]),
      'overlong UTF-8': base64([...name, 0x3a, 0xc0, 0xaf]),
      'half a surrogate': base64([...name, 0x3a, 0xed, 0xa0, 0x80]),
      'a NUL': base64([...name, 0x3a, ...secret, 0]),
      'a CR': base64([...name, 0x0d, 0x3a, ...secret]),
      'an LF': base64([...name, 0x3a, ...secret, 0x0a]),
      DEL: base64([...name, 0x3a, 0x7f, ...secret]),
      'a C1 control': base64(`${username}:\u0085${apiPassword}`),
      'a byte order mark': base64([0xef, 0xbb, 0xbf, ...name, 0x3a, ...secret]),
      'the alphabet of URLs': '-_-_',
      'no base64 at all': '%%%',
      'blanks in between': `${base64(`${username}:`)} ${base64(apiPassword)}`,
      nothing: '',
      'plain text': `${username}:${apiPassword}`,
    }
    for (const [what, value] of Object.entries(unreadable))
      expect.soft(await ask(`Basic ${value}`), what).toMatchObject({ status: 401, code: 'wrong-api-password' })
    expect(w.log()).not.toContain('request.failed')
  })

  test('AP-03 RA-06 says which credentials it would take, and why it did not take this one', async () => {
    const known = 'Bearer realm="Latchkey"'
    const { challenge: asked } = await ask('Foo x')
    expect(asked).toMatch(/^Basic realm="[^"]+", charset="UTF-8", Bearer realm="Latchkey"$/)
    const anonymous = await w.browser().send('GET', path, { headers: { 'sec-fetch-site': null, origin: null } })
    expect(anonymous.headers.get('www-authenticate')).toBe(asked) // no error code where nothing was shown
    const wrong = (await ask('Bearer lk_nonsense')).challenge
    expect(wrong).toContain(`${known}, error="invalid_token"`)
    expect((await ask(basic('nobody-here', 'a wrong password'))).challenge).toBe(asked)

    const lesser = await w.signedIn({ role: 'read-only' })
    const { apiKey } = await lesser.browser.call(generateApiKey)
    const forbidden = await w.client(bearer(apiKey)).send('PATCH', path, { body: { displayName: 'X' } })
    expect([forbidden.status, forbidden.headers.get('www-authenticate')]).toEqual([
      403,
      `${known}, error="insufficient_scope"`,
    ])
    const byCookie = await lesser.browser.send('PATCH', path, { body: { displayName: 'X' } })
    expect([byCookie.status, byCookie.headers.get('www-authenticate')]).toEqual([403, null])
  })

  test('AP-03 a browser’s own request is never asked for Basic, or the browser would open a window of its own', async () => {
    for (const site of ['same-origin', 'none', 'cross-site', 'same-site'])
      for (const authorization of [null, 'Foo x', 'Bearer lk_nonsense', basic('nobody', 'wrong')]) {
        const headers = { 'sec-fetch-site': site, ...(authorization && { authorization }) }
        const answer = await w.browser().send('GET', path, { headers })
        expect.soft(answer.headers.get('www-authenticate') ?? '', `${site} ${authorization}`).not.toContain('Basic')
      }
    // what takes a cookie alone offers nothing else
    const interactive = await w.browser().send('GET', '/api/v1/account/api-key/value', { headers: {} })
    expect([interactive.status, interactive.headers.get('www-authenticate')]).toEqual([401, null])
  })

  test('RA-06 beside a session cookie the header alone decides', async () => {
    const other = await w.signedIn()
    const as = async (authorization: string) => {
      const answer = await other.browser.send('GET', path, { headers: { authorization } })
      return answer.ok ? ((await answer.json()) as { id: string }).id : answer.status
    }
    expect(await as(bearer(person.apiKey))).toBe(person.id)
    expect(await as(basic(person.username, person.apiPassword))).toBe(person.id)
    for (const wrong of ['Bearer lk_nonsense', 'Foo x', 'Bearer', basic('nobody', 'wrong')])
      expect.soft(await as(wrong), wrong).toBe(401)
    const key = { authorization: bearer(person.apiKey) }
    const answer = await other.browser.send('POST', '/api/v1/account/api-key', { headers: key })
    expect(await answer.json()).toMatchObject({ code: 'interactive-session-required' })
    expect(other.browser.cookies.has('latchkey-session')).toBe(true)
    expect(await other.browser.call(getAccount)).toMatchObject({ id: other.id })
  })
})
