import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { getAccount } from '@latchkey/contract/profile'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, type TestClient } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

type Headers = Record<string, string | null>

describe.each(engines)('a key or password in a request that a page of somebody else sent, on %s', (engine) => {
  let w: World
  let programs: [string, TestClient][]
  beforeAll(async () => {
    w = await world(engine)
    const { browser, username, password } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const { apiPassword } = await browser.call(generateApiPassword)
    programs = [
      ['key', w.client(bearer(apiKey))],
      ['API password', w.client(basic(username, apiPassword))],
      ['account password', w.client(basic(username, password))],
    ]
  })
  afterAll(() => w.close())

  const ask = async (client: TestClient, method: string, headers: Headers) => {
    const body = method === 'PATCH' ? { displayName: `Name ${crypto.randomUUID()}` } : undefined
    const answer = await client.send(method, '/api/v1/account', { headers, body })
    const cors = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))
    expect(cors).toEqual([]) // RA-08
    return answer.ok ? 'done' : ((await answer.json()) as { code: string }).code
  }

  const foreign: Headers[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
    { 'sec-fetch-site': 'nonsense' },
    { 'sec-fetch-site': '' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://localhost' },
    { origin: 'http://localhost.evil.example' },
    { origin: 'http://localhost:81' },
  ]
  const own: Headers[] = [
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost' },
    { origin: 'http://localhost' },
  ]

  test.each(foreign)('WF-01 AP-03 %j is refused, also where it only looks', async (headers) => {
    for (const [name, client] of programs) {
      const before = (await client.call(getAccount)).displayName
      for (const method of ['GET', 'PATCH'])
        expect.soft(await ask(client, method, headers), `${method} by ${name}`).toBe('cross-site-request')
      expect((await client.call(getAccount)).displayName).toBe(before)
    }
  })

  test.each(own)('WF-01 %j is not', async (headers) => {
    for (const [name, client] of programs)
      for (const method of ['GET', 'PATCH'])
        expect.soft(await ask(client, method, headers), `${method} by ${name}`).toBe('done')
  })

  test('WF-01 a wrong one is not even looked at, so that no page can make a browser guess', async () => {
    const { username, id } = await w.person()
    const guesser = w.client(basic(username, 'a wrong password for sure'))
    for (let n = 0; n < 8; n++)
      expect(await ask(guesser, 'GET', { 'sec-fetch-site': 'cross-site' })).toBe('cross-site-request')
    const { attempts } = w.db.tables
    expect((await w.db.select().from(attempts)).filter(({ key }) => key.includes(id))).toEqual([])
  })

  test('WF-01 SE-02 a page elsewhere cannot make a browser fetch the key itself, nor leave a trace of having tried', () =>
    w.underPolicy({ apiKeyVisibility: 'copyable' }, async () => {
      const { browser, id } = await w.signedIn()
      const { apiKey } = await browser.call(generateApiKey)
      const rowsOf = () => w.db.select().from(w.db.tables.activity).where(eq(w.db.tables.activity.subjectId, id))
      const path = '/api/v1/account/api-key/value'
      const before = await rowsOf()
      for (const site of ['cross-site', 'same-site'])
        for (const origin of [null, 'https://evil.example']) {
          const headers = { 'sec-fetch-site': site, origin }
          const answer = await browser.send('GET', path, { headers })
          expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'cross-site-request' }])
          expect((await browser.send('HEAD', path, { headers })).status).toBe(403)
        }
      expect(await rowsOf()).toEqual(before)
      for (const site of ['same-origin', 'none']) {
        const answer = await browser.send('GET', path, { headers: { 'sec-fetch-site': site, origin: null } })
        expect([answer.status, await answer.json()]).toEqual([200, { apiKey }])
      }
      expect((await rowsOf()).filter(({ event }) => event === 'api-key.shown')).toHaveLength(2)
    }))

  test('WF-01 beside a session cookie a header that says nothing does not open the door to other pages', async () => {
    const { browser } = await w.signedIn()
    for (const authorization of ['Foo x', 'Bearer lk_nonsense', ''])
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': null, origin: null }]) {
        const body = { displayName: 'Never' }
        const answer = await browser.send('PATCH', '/api/v1/account', { body, headers: { ...headers, authorization } })
        expect([401, 403]).toContain(answer.status)
      }
    expect((await browser.call(getAccount)).displayName).not.toBe('Never')
  })
})
