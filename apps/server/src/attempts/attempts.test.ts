import { connect } from 'node:net'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { and, eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { wrongCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { withoutActivity } from '../testing/troubled-db.ts'
import { type Person, type World, world } from '../testing/world.ts'

describe.each(engines)('limits on guessing on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const attempt = (browser: TestBrowser, username: string, password = 'not the password at all', headers = {}) =>
    browser.send('POST', '/api/v1/sign-in', { body: { username, password }, headers })
  /** The answer, without what is different in every answer. */
  const answerOf = async (response: Response) => {
    const { requestId: _, retryAfter, ...body } = (await response.json()) as Record<string, unknown>
    expect(Number(response.headers.get('retry-after'))).toBe(retryAfter)
    const names = [...response.headers.keys()]
    return { status: response.status, body, names, retryAfter: Number(retryAfter) }
  }
  const failuresOf = async (person: { id: string }, event: string, db = w.db) => {
    const { activity } = db.tables
    const failed = and(eq(activity.subjectId, person.id), eq(activity.event, event), eq(activity.outcome, 'failure'))
    return db.select().from(activity).where(failed)
  }

  test('RL-01 a burst of sixty wrong passwords over two servers gets exactly five looked at, and a third server knows', async () => {
    const person = await w.person()
    const { address } = w.browser()
    const burst = Array.from({ length: 60 }, (_, n) =>
      attempt(w.browser(n % 2 ? w.url : other.url, address), person.username),
    )
    const statuses = (await Promise.all(burst)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(55)
    expect(await failuresOf(person, 'sign-in')).toHaveLength(5)

    const third = await w.second()
    expect((await attempt(w.browser(third.url, address), person.username, person.password)).status).toBe(429)
    // the fifty-five got no further than the account's own budget, so they are none of the network's twenty
    const neighbour = await w.person()
    expect((await attempt(w.browser(w.url, address), neighbour.username, neighbour.password)).status).toBe(200)
  })

  test('RL-01 one network gets twenty wrong passwords, however many names it tries, and a right one costs it nothing', async () => {
    const person = await w.person()
    const guesser = w.browser()
    for (let n = 0; n < 19; n++) expect((await attempt(guesser, `nobody-${n}`)).status).toBe(401)
    // each in a browser the account does not know
    const another = () => w.browser(w.url, guesser.address)
    for (let n = 0; n < 3; n++) expect((await attempt(another(), person.username, person.password)).status).toBe(200)
    const burst = await Promise.all(Array.from({ length: 5 }, (_, n) => attempt(guesser, `nobody-else-${n}`)))
    expect(burst.map(({ status }) => status).toSorted()).toEqual([401, 429, 429, 429, 429])
    expect((await attempt(guesser, person.username, person.password)).status).toBe(429)
    expect((await attempt(w.browser(), person.username, person.password)).status).toBe(200)
  })

  test('RL-01 guessing somebody from one network does not keep them out of their own', async () => {
    const person = await w.person()
    const guesser = w.browser()
    for (let n = 0; n < 6; n++) await attempt(guesser, person.username)
    expect((await attempt(guesser, person.username, person.password)).status).toBe(429)
    expect((await attempt(w.browser(), person.username, person.password)).status).toBe(200)
  })

  test('RL-02 without a trusted proxy no header changes where a request comes from', async () => {
    const direct = await world(engine, { TRUSTED_PROXIES: '' })
    try {
      const person = await direct.person()
      const browser = direct.browser()
      const liesOf = (n: number) => ({
        'x-forwarded-for': `203.0.113.${n}`,
        'x-real-ip': `203.0.113.${n}`,
        forwarded: `for=203.0.113.${n}`,
        'cf-connecting-ip': `203.0.113.${n}`,
        'true-client-ip': `203.0.113.${n}`,
        'x-client-ip': `203.0.113.${n}`,
      })
      for (let n = 0; n < 5; n++)
        expect((await attempt(browser, person.username, 'a wrong password', liesOf(n))).status).toBe(401)
      expect((await attempt(browser, person.username, person.password, liesOf(6))).status).toBe(429)
      const told = await failuresOf(person, 'sign-in', direct.db)
      expect(new Set(told.map(({ ipAddress }) => ipAddress))).toEqual(new Set(['127.0.0.1']))
    } finally {
      await direct.close()
    }
  })

  test.each([
    [
      'what a client writes in front of its address',
      ['203.0.113.1, 192.0.2.10', '203.0.113.2,192.0.2.10', '192.0.2.10, 127.0.0.1'],
      '192.0.2.10',
      '192.0.2.11',
    ],
    [
      'IPv4 written as IPv6',
      ['192.0.2.20', '::ffff:192.0.2.20', '::FFFF:192.0.2.20'],
      '192.0.2.20',
      '::ffff:192.0.2.21',
    ],
    [
      'an address out of the same /64',
      ['2001:db8:5:6::1', '2001:db8:5:6::2', '2001:db8:5:6:ffff:ffff:ffff:ffff', '2001:DB8:5:6:0:0:0:9'],
      '2001:db8:5:6::77',
      '2001:db8:5:7::1',
    ],
  ])('RL-02 behind a trusted proxy %s makes no second budget', async (_, spellings, same, neighbour) => {
    const person = await w.person()
    const guess = async (from: string, password?: string) =>
      (await attempt(w.browser(w.url, from), person.username, password)).status
    for (let n = 0; n < 5; n++) expect(await guess(spellings[n % spellings.length] ?? '')).toBe(401)
    for (const spelling of [...spellings, same]) expect.soft(await guess(spelling, person.password), spelling).toBe(429)
    expect(await guess(neighbour, person.password)).toBe(200)
  })

  test('RL-02 a chain that cannot be read counts as the address of the proxy itself', async () => {
    const person = await w.person()
    await attempt(w.browser(w.url, '192.0.2.30, not-an-address'), person.username)
    expect((await failuresOf(person, 'sign-in')).map(({ ipAddress }) => ipAddress)).toEqual(['127.0.0.1'])
  })

  test('RL-03 nothing a client can vary makes a second budget: address or name, case, headers, extra members, query', async () => {
    const person = await w.person()
    const email = `${person.username}@example.org`
    await w.db.write(async (tx) => {
      const { users } = tx.tables
      await tx
        .update(users)
        .set({ email, emailKey: email, emailVerifiedAt: w.deps.now() })
        .where(eq(users.id, person.id))
    })
    const guesser = w.browser()
    const { username, password } = person
    expect((await attempt(guesser, username)).status).toBe(401)
    expect((await attempt(guesser, email)).status).toBe(401)
    expect((await attempt(guesser, email.toUpperCase())).status).toBe(401)
    expect(
      (
        await attempt(guesser, username.toUpperCase(), undefined, {
          'user-agent': 'another/1.0',
          'accept-language': 'eo',
        })
      ).status,
    ).toBe(401)
    const body = { username, password }
    expect((await guesser.send('POST', '/api/v1/sign-in', { body: { ...body, tenant: 'b' } })).status).toBe(422)
    expect((await guesser.send('POST', '/api/v1/sign-in?round=2', { body })).status).toBe(422)
    expect((await guesser.send('POST', '/api/v1/sign-in/', { body })).status).toBe(404)
    expect((await guesser.send('POST', '/api/v1//sign-in', { body })).status).toBe(404)
    expect((await attempt(guesser, username)).status).toBe(401)
    for (const name of [username, email]) expect((await attempt(guesser, name, password)).status).toBe(429)
  })

  test('RL-03 an address nobody proved is no name to sign in with', async () => {
    const person = await w.person()
    const email = `${person.username}@example.org`
    await w.db.write(async (tx) => {
      await tx.update(tx.tables.users).set({ email, emailKey: email }).where(eq(tx.tables.users.id, person.id))
    })
    expect((await attempt(w.browser(), email, person.password)).status).toBe(401)
  })

  test('RL-07 a name that folding makes eighteen times as long is counted like any other, and what was typed is kept nowhere', async () => {
    for (const typed of ['ﷺ'.repeat(128), '㌳㍗㌖'.repeat(42), 'My-Secret-In-The-Wrong-Field', 'x'.repeat(128)]) {
      const guesser = w.browser()
      const statuses: number[] = []
      for (let n = 0; n < 7; n++) statuses.push((await attempt(guesser, n % 2 ? typed : typed.toUpperCase())).status)
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
      const kept = JSON.stringify(await w.db.select().from(w.db.tables.attempts)).toLowerCase()
      const folded = typed.normalize('NFKC').toLowerCase()
      for (const form of [typed.toLowerCase(), folded, folded.slice(0, 20)]) expect(kept).not.toContain(form)
    }
    expect(w.log()).not.toContain('request.failed')
  })

  test('RL-04 hanging up right after sending does not make a wrong code uncounted', async () => {
    const person = await w.withTwoFactor()
    const code = wrongCode(person.secret, w.deps.now())
    for (let challenge = 0; challenge < 2; challenge++) {
      const halfway = await w.browserOf(person)
      for (let n = 0; n < 5; n++) await sendAndHangUp(halfway, { code })
    }
    await vi.waitFor(async () => expect(await failuresOf(person, 'sign-in.second-factor')).toHaveLength(10), {
      timeout: 10_000,
    })
    const afterwards = await w.browserOf(person)
    expect((await problemOf(afterwards.call(showSecondFactor, { body: { code: person.code() } }))).code).toBe(
      'too-many-attempts',
    )
  })

  /** Writes the whole request and closes the connection without waiting for an answer. */
  const sendAndHangUp = ({ address, cookies }: TestBrowser, body: unknown) =>
    new Promise<void>((gone, failed) => {
      const text = JSON.stringify(body)
      const { hostname, port } = new URL(w.url)
      const lines = [
        'POST /api/v1/sign-in/second-factor HTTP/1.1',
        `Host: ${hostname}:${port}`,
        'Sec-Fetch-Site: same-origin',
        'Content-Type: application/json',
        `Content-Length: ${text.length}`,
        `X-Forwarded-For: ${address}`,
        `Cookie: ${[...cookies].map(([name, value]) => `${name}=${value}`).join('; ')}`,
      ]
      const socket = connect(Number(port), hostname, () => socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`))
      socket
        .on('error', failed)
        .on('close', () => gone())
        .resume()
    })

  test('RL-04 a request that fails and is rolled back was a try all the same', async () => {
    const [someone, guarded] = [await w.person(), await w.withTwoFactor()]
    const broken = await w.second({ db: withoutActivity(w.db) })
    const guesser = w.browser(broken.url)
    for (let n = 0; n < 5; n++) expect((await attempt(guesser, someone.username)).status).toBe(500)
    expect((await attempt(w.browser(w.url, guesser.address), someone.username, someone.password)).status).toBe(429)

    for (let challenge = 0; challenge < 2; challenge++) {
      const halfway = await w.browserOf(guarded)
      const there = w.browser(broken.url)
      for (const [name, value] of halfway.cookies) there.cookies.set(name, value)
      for (let n = 0; n < 5; n++) {
        const wrong = there.call(showSecondFactor, { body: { code: wrongCode(guarded.secret, w.deps.now()) } })
        expect((await problemOf(wrong)).code).toBe('unexpected')
      }
    }
    const afterwards = await w.browserOf(guarded)
    expect((await problemOf(afterwards.call(showSecondFactor, { body: { code: guarded.code() } }))).code).toBe(
      'too-many-attempts',
    )
  })

  test('RL-05 while it pauses nobody can tell a right password from a wrong one, or an account from none; then it ends on time', async () => {
    const person = await w.person()
    const guesser = w.browser()
    const stranger = { username: 'nobody-at-all', password: 'x' } as Person
    for (let n = 0; n < 5; n++) {
      await attempt(guesser, person.username)
      await attempt(guesser, stranger.username)
    }
    const right = await answerOf(await attempt(guesser, person.username, person.password))
    const wrong = await answerOf(await attempt(guesser, person.username))
    const unknown = await answerOf(await attempt(guesser, stranger.username))
    const { retryAfter, ...expected } = right
    expect(right).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } })
    for (const answer of [wrong, unknown]) {
      expect(answer).toMatchObject(expected)
      expect(Math.abs(answer.retryAfter - retryAfter)).toBeLessThanOrEqual(60)
    }
    expect(await failuresOf(person, 'sign-in')).toHaveLength(5)

    w.clock.advance(right.retryAfter * 1000)
    await guesser.call(signIn, { body: { username: person.username, password: person.password } })
  })

  test('RL-05 the same while the second factor pauses', async () => {
    const person = await w.withTwoFactor()
    for (let challenge = 0; challenge < 2; challenge++) {
      const browser = await w.browserOf(person)
      for (let n = 0; n < 5; n++)
        await problemOf(browser.call(showSecondFactor, { body: { code: wrongCode(person.secret, w.deps.now()) } }))
    }
    const browser = await w.browserOf(person)
    const show = async (body: unknown) =>
      answerOf(await browser.send('POST', '/api/v1/sign-in/second-factor', { body }))
    const { retryAfter, ...right } = await show({ code: person.code() })
    const { retryAfter: _, ...wrong } = await show({ code: wrongCode(person.secret, w.deps.now()) })
    const { retryAfter: __, ...recovery } = await show({ recoveryCode: person.recoveryCodes[0] })
    expect(right).toMatchObject({ status: 429, body: { code: 'too-many-attempts' } })
    expect([wrong, recovery]).toEqual([right, right])
    w.clock.advance(retryAfter * 1000)
    await person.enter()
  })
})
