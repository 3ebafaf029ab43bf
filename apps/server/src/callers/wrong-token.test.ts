import { randomBytes } from 'node:crypto'
import { API_CREDENTIAL_BYTES, type ApiCredentialKind, formatApiCredential } from '@latchkey/auth-core/api-credential'
import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { makeDownload } from '@latchkey/contract/downloads'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const madeUp = (kind: ApiCredentialKind) => formatApiCredential(kind, randomBytes(API_CREDENTIAL_BYTES))

describe.each(engines)('tokens that nobody has on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  /** Shows something in one of the places where a token goes. */
  const doors = {
    key: (token: string, url: string, address: string) =>
      w.client(bearer(token), url, address).send('GET', '/api/v1/account'),
    password: (token: string, url: string, address: string) =>
      w.client(basic('somebody', token), url, address).send('GET', '/api/v1/account'),
    link: (token: string, url: string, address: string) =>
      w.browser(url, address).send('GET', `/downloads/activity?token=${token}`),
  }

  test('RL-07 a hundred from one network are looked up, in whatever place, and no more; good ones go on', async () => {
    const { browser, username } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const { apiPassword } = await browser.call(generateApiPassword)
    const { url } = await browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })
    const address = '203.0.113.1'
    const statuses: number[] = []
    for (let n = 0; n < 105; n++) {
      const server = n % 2 ? w.url : other.url
      const place = (['key', 'password', 'link'] as const)[n % 3] ?? 'key'
      const token = madeUp(place === 'key' ? 'api-key' : place === 'password' ? 'api-password' : 'download')
      const answer = await doors[place](token, server, address)
      statuses.push(answer.status)
      if (answer.status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(statuses.slice(0, 100).filter((status) => ![401, 410].includes(status))).toEqual([])
    expect(statuses.slice(100)).toEqual(Array(5).fill(429))

    const good = w.client(bearer(apiKey), w.url, address)
    for (let n = 0; n < 3; n++) expect((await good.send('GET', '/api/v1/account')).status).toBe(200)
    expect((await w.client(basic(username, apiPassword), w.url, address).send('GET', '/api/v1/account')).status).toBe(
      200,
    )
    const file = new URL(url)
    expect((await w.browser(w.url, address).send('GET', file.pathname + file.search)).status).toBe(200)
    expect((await doors.key(madeUp('api-key'), w.url, '203.0.113.2')).status).toBe(401) // another network
    expect((await doors.key('lk_a slip of the keyboard', w.url, address)).status).toBe(401) // never looked up
    w.clock.advance(15 * 60_000 + 1)
    expect((await doors.key(madeUp('api-key'), w.url, address)).status).toBe(401)
  })

  test('RL-07 a burst of two hundred on two servers does not get past the limit either', async () => {
    const address = '203.0.113.3'
    const statuses = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const answer = await doors.key(madeUp('api-key'), n % 2 ? w.url : other.url, address)
        return answer.status
      }),
    )
    expect(statuses.filter((status) => status === 401)).toHaveLength(100)
    expect(statuses.filter((status) => status === 429)).toHaveLength(100)
  })

  test('LG-01 no credential is in any line of the log, right or wrong, in its place or out of it', async () => {
    const { browser, username, password } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const { apiPassword } = await browser.call(generateApiPassword)
    const { url } = await browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })
    const link = new URL(url).searchParams.get('token') ?? ''
    const unknown = [madeUp('api-key'), madeUp('api-password'), madeUp('download')]
    const wrong = 'c4nary wrong password'
    const secrets = [apiKey, apiPassword, link, password, wrong, ...unknown]
    const send = async (authorization: string, path: string) => {
      for (const method of ['GET', 'POST', 'PATCH'])
        await w.client(authorization).send(method, path, { body: method === 'GET' ? undefined : { token: apiKey } })
    }
    for (const secret of secrets) {
      for (const shown of [bearer(secret), basic(username, secret), basic(secret, secret), `Foo ${secret}`])
        await send(shown, '/api/v1/account')
      await send(bearer(apiKey), `/api/v1/account?access_token=${encodeURIComponent(secret)}`)
      await send(bearer(apiKey), `/downloads/activity?token=${encodeURIComponent(secret)}`)
      await send(bearer(apiKey), `/api/v1/account/sessions/${encodeURIComponent(secret)}`)
    }
    const lines = w.log()
    expect(lines.length).toBeGreaterThan(1000)
    for (const secret of secrets)
      for (const form of [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        basic(username, secret).slice('Basic '.length),
        Buffer.from(secret).toString('hex'),
      ])
        expect.soft(lines.includes(form)).toBe(false)
  })
})
