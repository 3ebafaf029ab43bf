import { generateApiKey, getApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { Problem } from '@latchkey/contract/problem'
import { getAccount } from '@latchkey/contract/profile'
import { stepUp } from '@latchkey/contract/step-up'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, type TestBrowser } from '../testing/browser.ts'
import { sendTogether } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'

const HOUR = 60 * 60_000
const DAY = 24 * HOUR

describe.each(engines)('putting one API key in place of another on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  /** What a key opens, on both servers. */
  const works = async (key: string) => {
    const ask = async (url: string) => (await w.client(bearer(key), url).send('GET', '/api/v1/account')).ok
    const [here, there] = await Promise.all([ask(w.url), ask(other.url)])
    expect(here).toBe(there)
    return here
  }
  const generate = async (browser: TestBrowser, overlap?: '1h' | '24h' | '7d' | 'none') =>
    (await browser.call(generateApiKey, overlap && { body: { overlap } })).apiKey
  /** The same person, as after some time away. */
  const back = async (person: Parameters<World['browserOf']>[0]) => w.browserOf(person)
  const keysOf = async (id: string) => {
    const { apiKeys } = w.db.tables
    return w.db.select().from(apiKeys).where(eq(apiKeys.userId, id))
  }

  test('AK-04 without an overlap the old one fails at once, on every server', async () => {
    const { browser, id } = await w.signedIn()
    const first = await generate(browser)
    expect(await works(first)).toBe(true)
    const second = await generate(browser)
    expect([await works(first), await works(second)]).toEqual([false, true])
    const third = await generate(browser, 'none')
    expect([await works(second), await works(third)]).toEqual([false, true])
    expect(await browser.call(getApiKey)).toMatchObject({ retiring: null })
    expect(await keysOf(id)).toHaveLength(1)
  })

  test('AK-04 I5 of twenty at once on two servers each is made or told so, and exactly one key works afterwards', async () => {
    for (const overlap of [undefined, '24h'] as const) {
      const { browser, id } = await w.signedIn()
      const before = await generate(browser)
      const twin = w.browser(other.url)
      for (const [name, value] of browser.cookies) twin.cookies.set(name, value)
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          generate(n % 2 ? twin : browser, overlap).catch((problem: Problem) => problem),
        ),
      )
      const made = outcomes.filter((outcome) => typeof outcome === 'string')
      const refused = outcomes.filter((outcome) => outcome instanceof Problem)
      expect(made.length + refused.length).toBe(20)
      expect(made.length).toBeGreaterThan(0)
      expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(refused.length ? ['wrong-state'] : []))
      const live = await Promise.all([before, ...made].map(works))
      const inUse = (await keysOf(id)).filter(({ replacedAt }) => replacedAt === null)
      expect(inUse).toHaveLength(1)
      // with an overlap the one before goes on as well, and no third one ever
      expect(live.filter(Boolean)).toHaveLength(overlap ? 2 : 1)
      const events = await w.db.select().from(w.db.tables.activity).where(eq(w.db.tables.activity.subjectId, id))
      expect(events.filter(({ event }) => event === 'api-key.generated')).toHaveLength(made.length + 1)
    }
  })

  test('AK-04 of twenty that come over twenty connections at the same moment some are told so, and exactly one key works', async () => {
    for (const urls of [[w.url], [w.url, other.url]]) {
      const { browser, id } = await w.signedIn()
      const before = await generate(browser)
      const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const lines = [
        ...['Host: localhost', 'Origin: http://localhost', 'Sec-Fetch-Site: same-origin', `Cookie: ${cookie}`],
        ...[`X-Forwarded-For: ${browser.address}`, 'Content-Length: 0', 'Connection: close'],
      ]
      const bytes = `POST /api/v1/account/api-key HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
      const answers = await Promise.all(await sendTogether(urls, Array(20).fill(bytes)))
      expect(answers.map(({ status }) => status).filter((status) => ![201, 409].includes(status))).toEqual([])
      const [made, refused] = [201, 409].map((wanted) => answers.filter(({ status }) => status === wanted))
      expect(made?.length).toBeGreaterThan(0)
      expect(refused?.length).toBeGreaterThan(0)
      for (const { body } of refused ?? []) expect(JSON.parse(body)).toMatchObject({ code: 'wrong-state' })
      const keys = (made ?? []).map(({ body }) => JSON.parse(body).apiKey as string)
      const live = await Promise.all([before, ...keys].map(works))
      expect(live.filter(Boolean)).toHaveLength(1)
      expect(await keysOf(id)).toHaveLength(1)
    }
  })

  test.each([
    ['1h', HOUR],
    ['24h', DAY],
    ['7d', 7 * DAY],
  ] as const)(
    'AK-04 with an overlap of %s both work for that long and no longer, and the page can tell',
    async (overlap, ms) => {
      const { browser, ...person } = await w.signedIn()
      const first = await generate(browser)
      const { hint, lastUsedAt } = await browser.call(getApiKey)
      expect(lastUsedAt).toBe(null)
      const began = w.deps.now()
      const second = await generate(browser, overlap)
      expect([await works(first), await works(second)]).toEqual([true, true])
      const { retiring } = await w.client(bearer(second)).call(getApiKey)
      expect(retiring).toMatchObject({ hint, lastUsedAt: expect.any(Number) })
      const until = retiring?.until ?? 0
      expect(until - began).toBeGreaterThanOrEqual(ms)
      expect(until - began).toBeLessThan(ms + 60_000)

      w.clock.advance(until - w.deps.now() - 5_000)
      expect(await works(first)).toBe(true)
      w.clock.advance(until - w.deps.now())
      expect([await works(first), await works(second)]).toEqual([false, true])
      expect(await (await back(person)).call(getApiKey)).toMatchObject({ exists: true, retiring: null })
    },
  )

  test('I5 one that was retiring already ends when the next is made, and revoking ends both', async () => {
    const { browser, id } = await w.signedIn()
    const first = await generate(browser)
    const second = await generate(browser, '7d')
    const third = await generate(browser, '1h')
    expect(await Promise.all([first, second, third].map(works))).toEqual([false, true, true])
    expect(await keysOf(id)).toHaveLength(2)
    await browser.call(revokeApiKey)
    expect(await Promise.all([first, second, third].map(works))).toEqual([false, false, false])
    expect(await keysOf(id)).toEqual([])
    expect(await browser.call(getApiKey)).toMatchObject({ exists: false, retiring: null })
  })

  test('I5 a new one without an overlap also ends the one that was retiring', async () => {
    const { browser } = await w.signedIn()
    const first = await generate(browser)
    const second = await generate(browser, '7d')
    const third = await generate(browser)
    expect(await Promise.all([first, second, third].map(works))).toEqual([false, false, true])
  })

  test('AK-06 it ends after 365 days whatever it did, and no overlap outlives that', async () => {
    const { browser, ...person } = await w.signedIn()
    const first = await generate(browser)
    const { createdAt, expiresAt } = await browser.call(getApiKey)
    const end = expiresAt ?? 0
    expect(end - (createdAt ?? 0)).toBe(365 * DAY)
    w.clock.advance(end - DAY - w.deps.now())
    expect(await works(first)).toBe(true)
    const again = await back(person)
    const second = await generate(again, '7d')
    expect((await again.call(getApiKey)).retiring?.until).toBe(end)
    w.clock.advance(end - 5_000 - w.deps.now())
    expect(await works(first)).toBe(true)
    w.clock.advance(end - w.deps.now())
    expect([await works(first), await works(second)]).toEqual([false, true])
    const refused = await w.client(bearer(first)).send('GET', '/api/v1/account')
    expect(await refused.json()).toMatchObject({ status: 401, code: 'invalid-api-key' })
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  test('AK-06 an expired one can be replaced, and does not come back to life beside its successor', async () => {
    const { browser, ...person } = await w.signedIn()
    const first = await generate(browser)
    w.clock.advance(366 * DAY)
    expect(await works(first)).toBe(false)
    const again = await back(person)
    const second = await generate(again, '7d')
    expect([await works(first), await works(second)]).toEqual([false, true])
    expect(await again.call(getApiKey)).toMatchObject({ exists: true, retiring: null })
    await again.call(stepUp, { body: { password: person.password } })
    expect(await w.client(bearer(second)).call(getAccount)).toMatchObject({ username: person.username })
  })
})
