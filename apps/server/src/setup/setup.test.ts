import { getAccount } from '@latchkey/contract/profile'
import { completeSetup, getSetup } from '@latchkey/contract/setup'
import { signIn } from '@latchkey/contract/sign-in'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSetupToken } from '../installation/installation.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

/** The tests of one engine tell one story, from the first start to long after the first administrator. */
describe.each(engines)('the first administrator on %s', (engine) => {
  let w: World
  let token: string
  beforeAll(async () => {
    w = await world(engine)
    token = await makeSetupToken(w.db, w.deps.now())
  })
  afterAll(() => w.close())

  const alice = {
    username: 'ａLICE',
    displayName: 'Alice',
    password: 'wander quartz ember lagoon',
    email: 'alice@example.org',
  }
  const complete = (over: Partial<typeof alice & { token: string }> = {}, browser: TestBrowser = w.browser()) =>
    browser.call(completeSetup, { body: { token, ...alice, ...over } })
  const people = () => w.db.select().from(w.db.tables.users)

  test('CF-02 there is no default account, and without the right link nobody makes one', async () => {
    expect(await w.browser().call(getSetup)).toEqual({ needed: true })
    expect(await people()).toEqual([])
    for (const guess of ['A'.repeat(43), 'admin', token.slice(1), token.toLowerCase(), `${token} `])
      expect((await problemOf(complete({ token: guess }))).code).toBe('wrong-setup-link')
    const { token: _, ...withoutToken } = { token, ...alice }
    expect((await w.browser().send('POST', '/api/v1/setup', { body: withoutToken })).status).toBe(422)
    for (const credentials of [
      ['admin', 'admin'],
      ['administrator', 'password'],
      ['latchkey', 'latchkey'],
    ]) {
      const [username = '', password = ''] = credentials
      expect((await problemOf(w.browser().call(signIn, { body: { username, password } }))).code).toBe(
        'wrong-credentials',
      )
    }
    expect(await people()).toEqual([])
  })

  test('CF-02 guessing links from one network ends after twenty tries', async () => {
    const guesser = w.browser()
    for (let n = 0; n < 20; n++) await problemOf(complete({ token: `${n}`.padStart(43, 'x') }, guesser))
    expect((await problemOf(complete({}, guesser))).code).toBe('too-many-attempts')
    expect(await people()).toEqual([])
  })

  test('SI-05 names that look like another, or that Basic cannot carry, are refused', async () => {
    for (const username of [
      '\u0430lice',
      'ali\u200bce',
      'al:ice',
      'al\u0131ce',
      '\u202ealice',
      'alice smith',
      '.alice',
      'a',
      'x'.repeat(64),
    ]) {
      const { code, details } = await problemOf(complete({ username }))
      expect.soft([username, code, details.errors?.[0]?.pointer]).toEqual([username, 'invalid-input', '/username'])
    }
    expect((await problemOf(complete({ username: 'alice\u0000' }))).code).toBe('invalid-input')
    expect(await people()).toEqual([])
  })

  test('PW-01 PW-04 the first password passes the same gate as every other', async () => {
    const reason = async (password: string) => (await problemOf(complete({ password }))).details.errors?.[0]
    expect(await reason('\u{1f98a} fourteen ch')).toMatchObject({ pointer: '/password', code: 'too-short', limit: 15 })
    expect(await reason('alicealice1234567')).toMatchObject({ pointer: '/password', code: 'compromised' })
    expect(await reason('latchkeypassword1')).toMatchObject({ pointer: '/password', code: 'compromised' })
    expect(await people()).toEqual([])
  })

  test('CF-02 a link is good for half an hour', async () => {
    w.clock.advance(30 * 60_000)
    expect((await problemOf(complete())).code).toBe('wrong-setup-link')
    expect(await people()).toEqual([])
    token = await makeSetupToken(w.db, w.deps.now())
  })

  test('CF-02 thirty people with the same link at once on two servers make one administrator, who is signed in', async () => {
    const other = await w.second()
    const browsers = Array.from({ length: 30 }, (_, n) => w.browser(n % 2 ? other.url : w.url))
    const body = { token, ...alice }
    const answers = await Promise.all(
      browsers.map((browser, n) =>
        browser.send('POST', '/api/v1/setup', { body: { ...body, username: n < 15 ? alice.username : `rival-${n}` } }),
      ),
    )
    const [made, ...refused] = answers.map(({ status }) => status).toSorted()
    expect(made).toBe(201)
    for (const status of refused) expect([404, 503]).toContain(status) // on a machine that is busy, some are told so
    expect(await people()).toHaveLength(1)
    const winner = browsers[answers.findIndex(({ ok }) => ok)] as TestBrowser
    expect(await winner.call(getAccount)).toMatchObject({
      role: 'administrator',
      email: 'alice@example.org',
      emailVerified: false,
    })
    expect(browsers.filter(({ cookies }) => cookies.size > 0)).toEqual([winner])
  })

  test('CF-02 the door then stays shut for good, even with a new link and nobody left', async () => {
    await w.db.write((tx) => tx.delete(tx.tables.users))
    token = await makeSetupToken(w.db, w.deps.now())
    expect(await w.browser().call(getSetup)).toEqual({ needed: false })
    expect((await problemOf(complete())).code).toBe('not-found')
    expect(await people()).toEqual([])
  })
})
