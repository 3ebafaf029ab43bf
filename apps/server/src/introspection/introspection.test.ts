import { generateApiKey, getApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { makeDownload } from '@latchkey/contract/downloads'
import { generateServiceKey, updateUser } from '@latchkey/contract/users'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, type TestBrowser, type TestClient } from '../testing/browser.ts'
import { expectProblem } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'

const path = '/api/v1/introspect'
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const DAY = 24 * 60 * 60_000

const send = (from: TestBrowser, body: string | undefined, headers: Record<string, string | null> = form) =>
  from.send('POST', path, { body, headers })
const about = (token: string, more: Record<string, string> = {}) => new URLSearchParams({ token, ...more }).toString()

describe.each(engines)('AK-07 introspection on %s', (engine) => {
  let w: World
  /** a service that asks */
  let service: TestClient
  const administrator = () => w.signedIn({ role: 'administrator' })
  const newService = async (username: string) => {
    const { id } = await w.person({ username, role: 'service' })
    const { browser } = await administrator()
    const { apiKey } = await browser.call(generateServiceKey, { params: { id } })
    return w.client(bearer(apiKey))
  }
  beforeAll(async () => {
    w = await world(engine)
    service = await newService('wiki')
  })
  afterAll(() => w.close())

  const introspect = async (token: string) => {
    const answer = await send(service, about(token))
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    return answer.text()
  }
  const keyTimes = async (browser: TestBrowser) => {
    const createdAt = (await browser.call(getApiKey)).createdAt ?? 0
    return { createdAt, expiresAt: createdAt + 365 * DAY }
  }
  const scopeOf = async (token: string) => JSON.parse(await introspect(token)).scope
  const withKey = async (over?: Parameters<World['signedIn']>[0]) => {
    const person = await w.signedIn(over)
    const { apiKey } = await person.browser.call(generateApiKey)
    return { ...person, apiKey }
  }
  const nothing = '{"active":false}'

  test('of a good key it says whose it is, what it may do, and until when', async () => {
    const { id, username, apiKey, browser } = await withKey()
    const { createdAt, expiresAt } = await keyTimes(browser)
    expect(JSON.parse(await introspect(apiKey))).toEqual({
      active: true,
      sub: id,
      username,
      role: 'member',
      scope: 'account:read account:security account:write',
      token_type: 'Bearer',
      iss: w.origin,
      iat: Math.floor(createdAt / 1000),
      exp: Math.floor(expiresAt / 1000),
    })
  })

  test('of everything else it says the very same nothing', async () => {
    const { browser, username, apiKey, ...person } = await withKey()
    const { apiKey: successor } = await browser.call(generateApiKey, { body: { overlap: '1h' } })
    const { apiPassword } = await browser.call(generateApiPassword)
    const { url } = await browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })
    const download = new URL(url).searchParams.get('token') ?? ''
    const session = browser.cookies.get('latchkey-session') ?? ''
    const revoked = await withKey()
    await revoked.browser.call(revokeApiKey)
    const disabled = await withKey()
    const { browser: root } = await administrator()
    expect(JSON.parse(await introspect(disabled.apiKey)).active).toBe(true)
    await root.call(updateUser, { params: { id: disabled.id }, body: { enabled: false } })

    const bad = {
      unknown: `${apiKey.slice(0, -6)}000000`,
      'of the right form, but nobody’s': 'lk_0000000000000000000000000000002ZZZZZ',
      malformed: 'ü\u0001 lk_',
      empty: '',
      'too short': 'lk_',
      revoked: revoked.apiKey,
      'of somebody disabled': disabled.apiKey,
      'a session': session,
      'an API password': apiPassword,
      'a download token': download,
      'a user name': username,
      'a password': person.password,
      'a header': bearer(successor),
      'with a blank': `${successor} `,
    }
    expect(Object.values(bad).filter((token) => token === undefined)).toEqual([])
    for (const [kind, token] of Object.entries(bad)) expect.soft(await introspect(token), kind).toBe(nothing)
    for (const token of [apiKey, successor]) expect(JSON.parse(await introspect(token)).active).toBe(true)

    w.clock.advance(60 * 60_000)
    expect(await introspect(apiKey)).toBe(nothing)
    expect(JSON.parse(await introspect(successor)).active).toBe(true)
  })

  test('AK-06 what a role may do less shows at once', async () => {
    const { apiKey, id } = await withKey({ role: 'administrator' })
    expect((await scopeOf(apiKey)).split(' ')).toContain('users:write')
    const { browser } = await administrator()
    await browser.call(updateUser, { params: { id }, body: { role: 'member' } })
    expect(await scopeOf(apiKey)).toBe('account:read account:security account:write')
    await browser.call(updateUser, { params: { id }, body: { role: 'read-only' } })
    expect(JSON.parse(await introspect(apiKey))).toMatchObject({ role: 'read-only', scope: 'account:read' })
  })

  test('introspecting a key counts as its use, through the service that asked', async () => {
    const { apiKey, browser } = await withKey()
    expect((await browser.call(getApiKey)).lastUsedAt).toBeNull()
    await introspect(apiKey)
    const used = await browser.call(getApiKey)
    expect(used.lastUsedAt).not.toBeNull()
    expect(used.lastUsedAddress).toBe(service.address)
    expect(used.lastUsedClient).toBe('through wiki')
  })

  test('services and administrators may ask, and nobody else', async () => {
    const { apiKey } = await withKey()
    const root = await withKey({ role: 'administrator' })
    const { apiPassword } = await root.browser.call(generateApiPassword)
    for (const asker of [bearer(root.apiKey), basic(root.username, apiPassword), basic(root.username, root.password)])
      expect(await (await send(w.client(asker), about(apiKey))).json()).toMatchObject({ active: true })

    for (const role of ['member', 'read-only'] as const) {
      const other = await withKey({ role })
      const answer = await send(w.client(bearer(other.apiKey)), about(apiKey))
      expect(expectProblem(answer, await answer.text())).toBe('forbidden')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="Latchkey", error="insufficient_scope"')
    }
    // a page is no service: an administrator's browser is refused as well
    const byCookie = await send(root.browser, about(apiKey))
    expect(expectProblem(byCookie, await byCookie.text())).toBe('forbidden')
  })

  test('RA-06 who shows nothing is told what to show', async () => {
    const { apiKey } = await withKey()
    const stranger = await w.browser().send('POST', path, {
      body: about(apiKey),
      headers: { ...form, origin: null, 'sec-fetch-site': null },
    })
    expect(expectProblem(stranger, await stranger.text())).toBe('not-signed-in')
    expect(stranger.headers.get('www-authenticate')).toMatch(
      /^Basic realm="[^"]+", charset="UTF-8", Bearer realm="[^"]+"$/,
    )
    const wrong = await send(w.client('Bearer lk_nonsense'), about(apiKey))
    expect(expectProblem(wrong, await wrong.text())).toBe('invalid-api-key')
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"')
    // a token is something to ask about, never somebody who asks
    const inForm = await w.browser().send('POST', path, {
      body: about(apiKey, { access_token: apiKey }),
      headers: { ...form, origin: null, 'sec-fetch-site': null },
    })
    expect(inForm.status).toBe(401)
  })

  test('it takes a form, by POST, with one token', async () => {
    const { apiKey } = await withKey()
    const get = await service.send('GET', `${path}?token=${apiKey}`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect(w.log()).not.toContain(apiKey)
    const code = async (body: string | undefined, headers?: Record<string, string>) => {
      const answer = await send(service, body, headers)
      return answer.ok ? 'good' : expectProblem(answer, await answer.text())
    }
    expect(await code(about(apiKey))).toBe('good')
    expect(await code(about(apiKey), { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' })).toBe(
      'good',
    )
    expect(await code(about(apiKey, { token_type_hint: 'refresh_token', resource: 'x', state: 'y' }))).toBe('good')
    expect(await code(JSON.stringify({ token: apiKey }), { 'content-type': 'application/json' })).toBe(
      'unsupported-media-type',
    )
    expect(await code(about(apiKey), { 'content-type': 'text/plain' })).toBe('unsupported-media-type')
    expect(await code(`${about(apiKey)}&${about(apiKey)}`)).toBe('malformed-request')
    expect(await code(`${about(apiKey)}&state=1&state=2`)).toBe('malformed-request')
    for (const missing of [undefined, 'x=1', 'Token=x', 'token_type_hint=access_token'])
      expect(await code(missing)).toBe('invalid-input')
    expect(await code(about('x'.repeat(4097)))).toBe('invalid-input')
    expect(await code(about('x'.repeat(65 * 1024)))).toBe('too-large')
    const inQuery = await service.send('POST', `${path}?token=${apiKey}`, { body: about(apiKey), headers: form })
    expect(expectProblem(inQuery, await inQuery.text())).toBe('invalid-input')
  })

  test('AK-06 a key is over at the moment it expires', async () => {
    const { apiKey, browser } = await withKey()
    const { expiresAt } = await keyTimes(browser)
    w.clock.advance(expiresAt - 60_000 - w.deps.now())
    // that of the service is over by now
    service = await newService('wiki-a-year-later')
    expect(JSON.parse(await introspect(apiKey)).active).toBe(true)
    w.clock.advance(expiresAt - w.deps.now())
    expect(await introspect(apiKey)).toBe(nothing)
  })
})
