import { hash } from 'node:crypto'
import { changePassword } from '@latchkey/contract/password'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { endOtherSessions, endSession, listSessions } from '@latchkey/contract/sessions'
import { showSecondFactor, signOut } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import {
  beginAuthenticator,
  deactivateTwoFactor,
  getTwoFactor,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { and, eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { withDoor } from '../testing/troubled-db.ts'
import { type World, world } from '../testing/world.ts'

const MINUTE = 60_000

describe.each(engines)('sessions on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  /** The same cookies, presented to another server. */
  const at = (url: string, { cookies }: TestBrowser) => {
    const copy = w.browser(url)
    for (const [name, value] of cookies) copy.cookies.set(name, value)
    return copy
  }
  const ownSession = async (browser: TestBrowser) => {
    const own = (await browser.call(listSessions)).find(({ current }) => current)
    if (!own) throw new Error('A signed-in browser has a session of its own')
    return own
  }

  test('SE-01 the token is in the cookie and nowhere else: no answer, no log, no table; and its stored hash is no token', async () => {
    const person = await w.withTwoFactor()
    const browser = w.browser()
    const seen = new Set<string>()
    const answers: string[] = []
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await browser.send(method, `/api/v1${path}`, { body })
      expect(answer.ok).toBe(true)
      answers.push(await answer.text(), answer.headers.get('location') ?? '')
      for (const value of browser.cookies.values()) seen.add(value)
    }
    await ask('POST', '/sign-in', { username: person.username, password: person.password })
    await ask('POST', '/sign-in/second-factor', { code: person.code() })
    for (const path of ['/account', '/account/sessions', '/account/two-factor']) await ask('GET', path)
    await ask('POST', '/step-up', { code: person.code() })
    await ask('PATCH', '/account', { displayName: 'Somebody' })
    await ask('PUT', '/account/password', {
      currentPassword: person.password,
      newPassword: 'wander quartz ember lagoon',
    })
    await ask('GET', '/account/sessions')
    await ask('DELETE', '/account/sessions')

    expect(seen.size).toBe(6) // one of a first step, three of a session, two of the browser
    const said = answers.join('\n') + w.log()
    const stored = await dump(w.db)
    for (const token of seen) {
      const digest = hash('sha256', token, 'base64url')
      const raw = Buffer.from(token, 'base64url')
      const forms = [
        token,
        Buffer.from(token).toString('base64'),
        raw.toString('base64'),
        raw.toString('hex'),
        encodeURIComponent(token),
      ]
      for (const form of [...forms, digest]) expect(said.includes(form)).toBe(false)
      for (const form of forms) expect(stored.includes(form)).toBe(false)
      const withHash = { cookie: `latchkey-session=${digest}` }
      expect((await browser.send('GET', '/api/v1/account', { headers: withHash })).status).toBe(401)
    }
    const { id } = await ownSession(browser)
    expect(
      (await browser.send('GET', '/api/v1/account', { headers: { cookie: `latchkey-session=${id}` } })).status,
    ).toBe(401)
  })

  test('SE-02 over https the cookie is tied to this host and out of reach of scripts; one sent twice is worth nothing', async () => {
    const safe = await world(engine, { PUBLIC_URL: 'https://localhost' })
    try {
      const { username, password } = await safe.person()
      const browser = safe.browser()
      const answer = await browser.send('POST', '/api/v1/sign-in', { body: { username, password } })
      const given = answer.headers.getSetCookie().filter((cookie) => !cookie.includes('Max-Age=0'))
      const [session = [], known = [], ...more] = given.map((cookie) => cookie.split('; '))
      const [pair = '', ...attributes] = session
      const always = ['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure']
      expect(pair).toMatch(/^__Host-latchkey-session=[A-Za-z0-9_-]{43}$/)
      expect(attributes.toSorted()).toEqual(always)
      expect(known[0]).toMatch(/^__Host-latchkey-browser=[A-Za-z0-9_-]{43}$/)
      expect(known.slice(1).toSorted()).toEqual([always[0], expect.stringMatching(/^Max-Age=\d+$/), ...always.slice(1)])
      expect(more).toEqual([])

      const bad = `__Host-latchkey-session=${'A'.repeat(43)}`
      for (const cookie of [
        `${pair}; ${bad}`,
        `${bad}; ${pair}`,
        `${pair};${bad}`,
        `theme=dark; ${pair}; ${bad}`,
        pair.replace('__Host-', ''),
      ])
        expect.soft((await browser.send('GET', '/api/v1/account', { headers: { cookie } })).status, cookie).toBe(401)
      for (const cookie of [pair, `theme=dark; ${pair}; lang=en`])
        expect((await browser.send('GET', '/api/v1/account', { headers: { cookie } })).status).toBe(200)
    } finally {
      await safe.close()
    }
  })

  test('SE-03 half an hour without a request ends a session, on every server', async () => {
    const { browser } = await w.signedIn()
    w.clock.advance(29 * MINUTE)
    expect(await isSignedIn(browser)).toBe(true)
    w.clock.advance(29 * MINUTE)
    expect(await isSignedIn(at(other.url, browser))).toBe(true)
    w.clock.advance(31 * MINUTE)
    expect(await isSignedIn(browser)).toBe(false)
    expect(await isSignedIn(at(other.url, browser))).toBe(false)
  })

  test('SE-03 after twelve hours it is over, whatever was done and proved meanwhile', async () => {
    const { browser, password } = await w.signedIn()
    const { expiresAt } = await ownSession(browser)
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      w.clock.advance(20 * MINUTE)
      if (minutes === 600) await browser.call(stepUp, { body: { password } })
      expect(await isSignedIn(browser)).toBe(true)
    }
    expect((await ownSession(browser)).expiresAt).toBe(expiresAt)
    w.clock.advance(20 * MINUTE)
    expect(await isSignedIn(browser)).toBe(false)
    expect(await isSignedIn(at((await w.second()).url, browser))).toBe(false)
  })

  test('SE-03 the twenty-first sign-in ends the session that was idle for longest, and the activity says so', async () => {
    const someone = await w.signedIn()
    const longestIdle = await w.browserOf(someone)
    w.clock.advance(2 * MINUTE)
    expect(await isSignedIn(someone.browser)).toBe(true)
    for (let n = 3; n <= 20; n++) await w.browserOf(someone)
    expect(await someone.browser.call(listSessions)).toHaveLength(20)

    const last = await w.browserOf(someone)
    expect(await last.call(listSessions)).toHaveLength(20)
    expect(await isSignedIn(longestIdle)).toBe(false)
    expect(await isSignedIn(someone.browser)).toBe(true)

    const { activity } = w.db.tables
    const told = and(eq(activity.subjectId, someone.id), eq(activity.event, 'session.ended'))
    expect(await w.db.select().from(activity).where(told)).toMatchObject([
      { outcome: 'success', actorId: someone.id, ipAddress: last.address, detail: { reason: 'too-many' } },
    ])
  })

  test('SE-04 signing out ends the session on every server and clears the browser; twice is no mistake, and a link cannot', async () => {
    const { browser } = await w.signedIn()
    const before = at(w.url, browser)
    const byLink = await browser.send('GET', '/api/v1/sign-out')
    expect([byLink.status, byLink.headers.get('allow')]).toEqual([405, 'POST'])
    const fromElsewhere = await browser.send('POST', '/api/v1/sign-out', {
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(fromElsewhere.status).toBe(403)
    expect(await isSignedIn(browser)).toBe(true)

    const answer = await browser.send('POST', '/api/v1/sign-out')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"')
    expect(answer.headers.getSetCookie().every((cookie) => /^latchkey-[a-z-]+=; Max-Age=0; Path=\//.test(cookie))).toBe(
      true,
    )
    expect([...browser.cookies.keys()]).toEqual(['latchkey-browser']) // which opens nothing
    for (const url of [w.url, other.url]) expect(await isSignedIn(at(url, before))).toBe(false)
    expect((await browser.send('POST', '/api/v1/sign-out')).status).toBe(204)
    expect((await before.send('POST', '/api/v1/sign-out')).status).toBe(204)
  })

  test('SE-04 signing out half-way through signing in ends that too', async () => {
    const person = await w.withTwoFactor()
    const halfway = await w.browserOf(person)
    const kept = at(w.url, halfway)
    await halfway.call(signOut)
    expect(halfway.cookies.size).toBe(0)
    expect((await problemOf(kept.call(showSecondFactor, { body: { code: person.code() } }))).code).toBe(
      'sign-in-expired',
    )
  })

  test('SE-05 a closed session is closed for its next request on every server, the others when asked for', async () => {
    const someone = await w.signedIn()
    const [lost, forgotten] = [await w.browserOf(someone), await w.browserOf(someone, other.url)]
    const { id } = await ownSession(lost)
    w.clock.advance(5 * MINUTE + 1000)
    expect((await problemOf(someone.browser.call(endSession, { params: { id } }))).code).toBe('step-up-required')
    expect((await problemOf(someone.browser.call(endOtherSessions))).code).toBe('step-up-required')
    expect(await isSignedIn(lost)).toBe(true)

    await someone.browser.call(stepUp, { body: { password: someone.password } })
    await someone.browser.call(endSession, { params: { id } })
    for (const url of [w.url, other.url]) expect(await isSignedIn(at(url, lost))).toBe(false)
    expect(await isSignedIn(forgotten)).toBe(true)
    await someone.browser.call(endOtherSessions)
    for (const url of [w.url, other.url]) expect(await isSignedIn(at(url, forgotten))).toBe(false)
    expect(await someone.browser.call(listSessions)).toHaveLength(1)
  })

  test("SE-06 somebody else's session, an ended one and nonsense are all just not found", async () => {
    const [someone, stranger] = [await w.signedIn(), await w.signedIn()]
    const foreign = (await ownSession(stranger.browser)).id
    const bodies = new Set<string>()
    for (const id of [foreign, crypto.randomUUID(), '..%2F', '%25', "'", 'x'.repeat(64)]) {
      const answer = await someone.browser.send('DELETE', `/api/v1/account/sessions/${id}`)
      const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>
      bodies.add(JSON.stringify(body))
      expect.soft([id, answer.status]).toEqual([id, 404])
    }
    expect(bodies.size).toBe(1)
    expect(await isSignedIn(stranger.browser)).toBe(true)
  })

  /** What a session can ask for, and how somebody would notice that it happened after all. */
  describe('CC-03 a session closed while its request is under way changes nothing', () => {
    type Someone = Awaited<ReturnType<World['withTwoFactor']>>
    const newPassword = 'wander quartz ember lagoon'
    const changes: Record<string, (browser: TestBrowser, person: Someone) => Promise<unknown>> = {
      'the name stays': (browser) => browser.call(updateAccount, { body: { displayName: 'Changed' } }),
      'the password stays': (browser, { password }) =>
        browser.call(changePassword, { body: { currentPassword: password, newPassword } }),
      'no proof is given': (browser, person) => browser.call(stepUp, { body: { code: person.code() } }),
      'the second factor stays on': (browser) => browser.call(deactivateTwoFactor),
      'no new authenticator app is begun': (browser) => browser.call(beginAuthenticator),
      'the other sessions stay': (browser) => browser.call(endOtherSessions),
    }

    let person: Someone
    beforeAll(async () => {
      person = await w.withTwoFactor()
    })

    test.each(Object.keys(changes))('CC-03 %s', async (name) => {
      const [browser, owner] = [await person.enter(), await person.enter()]
      await browser.call(stepUp, { body: { code: person.code() } })
      const { id } = await ownSession(browser)

      const door = withDoor(w.db)
      const slow = await w.second({ db: door.db })
      const slowBrowser = at(slow.url, browser)
      const underWay = problemOf(changes[name]?.(slowBrowser, person) ?? Promise.resolve())
      await door.reached
      await owner.call(endSession, { params: { id } })
      door.open()

      expect((await underWay).code).toBe('not-signed-in')
      expect(await owner.call(getAccount)).toMatchObject({ displayName: person.displayName, twoFactor: 'active' })
      expect(await isSignedIn(slowBrowser)).toBe(false)
      const again = await w.browserOf(person)
      await again.call(showSecondFactor, { body: { code: person.code() } })
      expect(await w.db.select().from(w.db.tables.authenticatorCandidates)).toEqual([])
    })

    test('CC-03 the second factor is not turned on', async () => {
      const someone = await w.signedIn()
      const owner = await w.browserOf(someone)
      const { secret } = await someone.browser.call(beginAuthenticator)
      const { id } = await ownSession(someone.browser)
      const door = withDoor(w.db)
      const slowBrowser = at((await w.second({ db: door.db })).url, someone.browser)
      const code = appCode(secret, w.deps.now())
      const underWay = problemOf(slowBrowser.call(validateAuthenticator, { body: { code } }))
      await door.reached
      await owner.call(endSession, { params: { id } })
      door.open()
      expect((await underWay).code).toBe('not-signed-in')
      expect(await owner.call(getTwoFactor)).toMatchObject({ status: 'disabled', recoveryCodes: null })
    })
  })
})
