import { endpoints } from '@latchkey/contract/all'
import { apiBase, hasCaller } from '@latchkey/contract/endpoint'
import { getAccount } from '@latchkey/contract/profile'
import { listSessions } from '@latchkey/contract/sessions'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { withDoor } from '../testing/troubled-db.ts'
import { type Person, type World, world } from '../testing/world.ts'

describe.each(engines)('signing in on %s', (engine) => {
  let w: World
  let guarded: Awaited<ReturnType<World['withTwoFactor']>>
  beforeAll(async () => {
    // A hash that can be told from the rest of the work: what it takes is measured below
    w = await world(engine, {}, { memory: 19_456, passes: 2 })
    guarded = await w.withTwoFactor()
  })
  afterAll(() => w.close())

  const change = (person: { id: string }, facts: { enabled?: boolean; passwordHash?: null; email?: string }) =>
    w.db.write(async (tx) => {
      await tx.update(tx.tables.users).set(facts).where(eq(tx.tables.users.id, person.id))
    })
  const answerOf = async (response: Response) => {
    const { requestId, ...body } = (await response.json()) as { requestId: string }
    const headers = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date')
    return { status: response.status, headers, body, hasRequestId: requestId === response.headers.get('x-request-id') }
  }
  const tryPassword = (body: { username: string; password: string }, browser: TestBrowser = w.browser()) =>
    browser.send('POST', '/api/v1/sign-in', { body })

  test('SI-01 the right password alone gets a cookie that opens nothing but the next step, however it is shown', async () => {
    const { username, password } = guarded
    const browser = w.browser()
    const answer = await tryPassword({ username, password }, browser)
    expect(await answer.json()).toEqual({ status: 'second-factor-required', methods: ['totp', 'recovery-code'] })
    expect([...browser.cookies.keys()]).toEqual(['latchkey-sign-in'])
    const value = browser.cookies.get('latchkey-sign-in') ?? ''
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/)

    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
    const waysToShowIt = [
      { cookie: `latchkey-sign-in=${value}` },
      { cookie: `latchkey-session=${value}` },
      { cookie: null, authorization: `Bearer ${value}` },
      { cookie: null, authorization: basic(`${username}:${value}`) },
      { cookie: null, authorization: basic(`${value}:`) },
    ]
    for (const { endpoint } of endpoints.filter(({ endpoint }) => hasCaller(endpoint)))
      for (const headers of waysToShowIt) {
        const refused = await browser.send(endpoint.method, apiBase + endpoint.path.replace(':id', 'x'), { headers })
        // as a password over Basic it is wrong, and too often wrong
        const expected = 'authorization' in headers && refused.status === 429 ? 429 : 401
        expect.soft([endpoint.path, refused.status], JSON.stringify(headers)).toEqual([endpoint.path, expected])
      }
    await browser.call(showSecondFactor, { body: { code: guarded.code() } })
    expect([...browser.cookies.keys()]).toContain('latchkey-session')
    expect([...browser.cookies.keys()]).not.toContain('latchkey-sign-in')
  })

  test('SI-01 a half-finished sign-in lasts five minutes, and an account has at most five of them', async () => {
    const opened: TestBrowser[] = []
    for (let n = 0; n < 6; n++) {
      opened.push(await w.browserOf(guarded))
      w.clock.advance(1000)
    }
    const [oldest, second, third] = opened as [TestBrowser, TestBrowser, TestBrowser]
    const pushedOut = oldest.call(showSecondFactor, { body: { code: guarded.code() } })
    expect((await problemOf(pushedOut)).code).toBe('sign-in-expired')
    await second.call(showSecondFactor, { body: { code: guarded.code() } })

    w.clock.advance(5 * 60_000)
    const tooLate = third.call(showSecondFactor, { body: { code: guarded.code() } })
    expect((await problemOf(tooLate)).code).toBe('sign-in-expired')
  })

  test('SI-02 a token a browser makes up is never adopted, and one it brings along ends', async () => {
    const person = await w.person()
    const browser = w.browser()
    const forged = 'A'.repeat(43)
    browser.cookies.set('latchkey-session', forged)
    await browser.call(signIn, { body: credentials(person) })
    const first = browser.cookies.get('latchkey-session')
    expect(first).not.toBe(forged)
    await browser.call(signIn, { body: credentials(person) })
    expect(browser.cookies.get('latchkey-session')).not.toBe(first)

    for (const dead of [forged, first]) {
      const refused = await browser.send('GET', '/api/v1/account', { headers: { cookie: `latchkey-session=${dead}` } })
      expect(refused.status).toBe(401)
    }
    expect(await browser.call(listSessions)).toHaveLength(1)
  })

  test('SI-02 the cookie of the first step is dead after the second', async () => {
    const browser = await w.browserOf(guarded)
    const half = browser.cookies.get('latchkey-sign-in')
    await browser.call(showSecondFactor, { body: { code: guarded.code() } })
    const again = w.browser()
    again.cookies.set('latchkey-sign-in', half ?? '')
    const replay = again.call(showSecondFactor, { body: { code: guarded.code() } })
    expect((await problemOf(replay)).code).toBe('sign-in-expired')
  })

  describe('SI-03 nobody can tell from outside whether an account exists, and why it was not let in', () => {
    const refusedFor: Record<string, { username: string; password: string }> = {}
    beforeAll(async () => {
      const [known, disabled, withoutPassword, deleted] = [
        await w.person(),
        await w.person(),
        await w.person(),
        await w.person(),
      ]
      const service = await w.person({ role: 'service' })
      await change(disabled, { enabled: false })
      await change(withoutPassword, { passwordHash: null })
      await w.db.write((tx) => tx.delete(tx.tables.users).where(eq(tx.tables.users.id, deleted.id)))
      Object.assign(refusedFor, {
        'wrong password': { ...credentials(known), password: 'not the password at all' },
        'unknown name': { ...credentials(known), username: 'nobody-of-that-name' },
        'unknown address': { ...credentials(known), username: 'nobody@example.org' },
        disabled: credentials(disabled),
        'without a password': credentials(withoutPassword),
        deleted: credentials(deleted),
        'a service': credentials(service),
        'wrong password, second factor on': { ...credentials(guarded), password: 'not the password at all' },
      })
    })

    test('SI-03 status, headers, cookies and body are the same for all of them', async () => {
      const expected = await answerOf(await tryPassword(refusedFor['unknown name'] as Person))
      expect(expected).toMatchObject({ status: 401, body: { code: 'wrong-credentials' }, hasRequestId: true })
      expect(expected.headers.map(([name]) => name)).not.toContain('set-cookie')
      for (const [why, body] of Object.entries(refusedFor))
        expect.soft(await answerOf(await tryPassword(body)), why).toEqual(expected)
    })

    /**
     * Work is measured, not the clock on the wall, so that neighbours on the machine do not count: a path that spends
     * no hash is short of a whole one. Interleaved samples gather until the noise is out.
     */
    test('SI-03 and so is the work it takes: one password hash on every path', { timeout: 60_000 }, async () => {
      const { 'unknown address': _, deleted: __, ...classes } = refusedFor
      const samples = new Map<string, number[]>()
      const measure = async (name: string, work: () => Promise<unknown>) => {
        const before = process.cpuUsage()
        await work()
        const { user, system } = process.cpuUsage(before)
        samples.set(name, [...(samples.get(name) ?? []), user + system])
      }
      const median = (name: string) => {
        const sorted = samples.get(name)?.toSorted((a, b) => a - b) ?? []
        return sorted[sorted.length >> 1] ?? 0
      }
      const spread = () => {
        const medians = Object.keys(classes).map(median)
        return (Math.max(...medians) - Math.min(...medians)) / median('a hash')
      }
      for (let round = 1; round <= 40; round++) {
        await measure('a hash', () => w.deps.hashPool.verify('not the password at all', null))
        for (const [name, body] of Object.entries(classes)) await measure(name, () => tryPassword(body))
        if (round >= 5 && spread() < 0.25) break
      }
      expect(spread()).toBeLessThan(0.25)
    })
  })

  test('SI-04 an account disabled between password and code is not let in, and its sessions are over at once', async () => {
    const person = await w.withTwoFactor()
    const inside = await person.enter()
    const halfway = await w.browserOf(person)
    await change(person, { enabled: false })
    const late = halfway.call(showSecondFactor, { body: { code: person.code() } })
    expect((await problemOf(late)).code).toBe('sign-in-expired')
    expect(halfway.cookies.size).toBe(0)
    expect((await problemOf(inside.call(getAccount))).code).toBe('not-signed-in')

    await change(person, { enabled: true })
    expect(await inside.call(listSessions)).toHaveLength(1)
  })

  test('SI-04 an account disabled while its right password is being checked is not let in', async () => {
    const person = await w.person()
    const door = withDoor(w.db)
    const server = await w.second({ db: door.db })
    const browser = w.browser(server.url)
    const underWay = problemOf(browser.call(signIn, { body: credentials(person) }))
    await door.reached
    await change(person, { enabled: false })
    door.open()
    expect((await underWay).code).toBe('wrong-credentials')
    expect(browser.cookies.size).toBe(0)
  })

  test('SI-05 however a name is written, it is one name with one budget of wrong passwords', async () => {
    const alice = await w.person({ username: 'alice' })
    expect((await problemOf(w.person({ username: 'ALICE' }))).code).toBe('already-exists')
    expect((await problemOf(w.person({ username: 'ａｌｉｃｅ' }))).code).toBe('already-exists')
    const guesser = w.browser()
    for (const username of ['Alice', 'ALICE', 'ａｌｉｃｅ', 'alice', 'aLiCe'])
      expect((await tryPassword({ username, password: 'a wrong password' }, guesser)).status).toBe(401)
    for (const username of ['alice', 'ＡＬＩＣＥ'])
      expect((await tryPassword({ username, password: alice.password }, guesser)).status).toBe(429)

    // A blank at the end is what the keyboard of a phone adds
    for (const username of ['ＡLICE', 'alice '])
      expect.soft((await tryPassword({ username, password: alice.password })).status, username).toBe(200)
    for (const lookalike of ['аlice', 'ali\u200bce', 'alıce', 'al:ice', 'al ice'])
      expect.soft((await tryPassword({ username: lookalike, password: alice.password })).status, lookalike).toBe(401)
  })

  test('SI-06 a right code never replaces the password: without, after or beside its own first step it opens nothing', async () => {
    const someoneElse = await w.withTwoFactor()
    const stranger = w.browser()
    const code = guarded.code()
    expect((await problemOf(stranger.call(showSecondFactor, { body: { code } }))).code).toBe('sign-in-expired')
    const [recoveryCode = ''] = guarded.recoveryCodes
    expect((await problemOf(stranger.call(showSecondFactor, { body: { recoveryCode } }))).code).toBe('sign-in-expired')

    const halfway = await w.browserOf(someoneElse)
    expect((await problemOf(halfway.call(showSecondFactor, { body: { code } }))).code).toBe('wrong-code')
    expect((await problemOf(halfway.call(showSecondFactor, { body: { recoveryCode } }))).code).toBe('wrong-code')

    const inside = await guarded.enter()
    stranger.cookies.set('latchkey-sign-in', inside.cookies.get('latchkey-session') ?? '')
    const withSession = stranger.call(showSecondFactor, { body: { code: guarded.code() } })
    expect((await problemOf(withSession)).code).toBe('sign-in-expired')
  })

  test('SI-06 there is no other door: what needs no session is listed here, what is not listed is not found', async () => {
    const open = endpoints
      .filter(({ endpoint }) => !hasCaller(endpoint))
      .map(({ endpoint: e }) => `${e.method} ${e.path}`)
    expect(open.sort()).toEqual([
      'GET /downloads/:resource', // by the token of its link
      'GET /forward-auth/return-address',
      'GET /password-rules',
      'GET /setup',
      'POST /setup',
      'POST /sign-in',
      'POST /sign-in/enrolment',
      'POST /sign-in/password',
      'POST /sign-in/second-factor',
      'POST /sign-out',
    ])
    const known = new Set(endpoints.map(({ endpoint }) => endpoint.path))
    const words = (
      'login signin sign-in auth token session sessions refresh oauth sso saml oidc magic-link passkey webauthn otp totp mfa 2fa ' +
      'verify recover recovery reset password-reset forgot register signup users admin debug test impersonate su switch me whoami ' +
      'token-exchange introspect link unlock device grant backup'
    ).split(' ')
    const places = words.flatMap((word) => [
      `/${word}`,
      `/auth/${word}`,
      `/sign-in/${word}`,
      `/account/${word}`,
      `/users/${word}`,
      `/v2/${word}`,
    ])
    const paths = places.filter((path) => !known.has(path) && path !== '/account/sessions')
    const browser = await w.browserOf(guarded)
    for (let from = 0; from < paths.length; from += 30) {
      const batch = paths.slice(from, from + 30)
      const answers = await Promise.all(batch.map((path) => browser.send('POST', apiBase + path, { body: {} })))
      expect(answers.map((answer, n) => [batch[n], answer.status])).toEqual(
        batch.map((path) => [path, /^\/(account\/sessions|users)\//.test(path) ? 405 : 404]),
      )
    }
    expect(paths.length).toBeGreaterThan(250)
  })

  test('SI-07 no browser is trusted: asking for it is refused, and the next sign-in takes a code again', async () => {
    const browser = await w.browserOf(guarded)
    const code = guarded.code()
    for (const wish of [{ trustDevice: true }, { remember: true }])
      expect((await browser.send('POST', '/api/v1/sign-in/second-factor', { body: { code, ...wish } })).status).toBe(
        422,
      )
    const wish = { ...credentials(guarded), trustDevice: true }
    expect((await browser.send('POST', '/api/v1/sign-in', { body: wish })).status).toBe(422)

    await browser.call(showSecondFactor, { body: { code } })
    expect((await browser.call(signIn, { body: credentials(guarded) })).status).toBe('second-factor-required')
  })
})

const credentials = ({ username, password }: Pick<Person, 'username' | 'password'>) => ({ username, password })
