import { randomBytes, scryptSync } from 'node:crypto'
import { changePassword, getPasswordRules } from '@latchkey/contract/password'
import { getAccount } from '@latchkey/contract/profile'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { dictionary } from '@zxcvbn-ts/language-common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DEFAULT_COST, makeHashPool } from '../hash-pool.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { TEST_COST, type World, world } from '../testing/world.ts'

describe.each(engines)('the password on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  type Someone = { username: string; password: string; browser: TestBrowser }
  const change = (someone: Someone, newPassword: string) =>
    someone.browser.call(changePassword, { body: { currentPassword: someone.password, newPassword } })
  const set = async (someone: Someone, newPassword: string) => {
    await change(someone, newPassword)
    someone.password = newPassword
  }
  const refusal = async (someone: Someone, newPassword: string) =>
    (await problemOf(change(someone, newPassword))).details.errors?.map(({ pointer, code }) => `${pointer} ${code}`)
  /** Tries to sign in from a network of its own. @returns the status */
  const opens = async ({ username }: { username: string }, password: string) =>
    (await w.browser().send('POST', '/api/v1/sign-in', { body: { username, password } })).status
  const animals = (count: number) => String.fromCodePoint(...Array.from({ length: count }, (_, n) => 0x1f400 + n))
  const hashOf = async ({ id }: { id: string }) => {
    const { users } = w.db.tables
    return (await w.db.select().from(users).where(eq(users.id, id)))[0]?.passwordHash
  }
  const storeHash = ({ id }: { id: string }, passwordHash: string) =>
    w.db.write(async (tx) => {
      await tx.update(tx.tables.users).set({ passwordHash }).where(eq(tx.tables.users.id, id))
    })

  test('PW-01 fifteen characters are the least, counted as people count them: an emoji is one', async () => {
    const someone = await w.signedIn()
    expect(await someone.browser.call(getPasswordRules)).toEqual({ minimumLength: 15, maximumLength: 256 })
    expect(await refusal(someone, animals(14))).toEqual(['/newPassword too-short'])
    await set(someone, animals(15))
    expect(await opens(someone, animals(15))).toBe(200)
  })

  test('PW-02 every character of a long password counts, and none is cut, trimmed or changed', async () => {
    const someone = await w.signedIn()
    const long = `${randomBytes(99).toString('hex')}Zz`
    await set(someone, long)
    const wrong = [
      long.slice(0, 72),
      `${long.slice(0, 199)}y`,
      `${long.slice(0, 72)}_${long.slice(73)}`,
      `${long} `,
      ` ${long}`,
      long.toLowerCase(),
    ]
    for (const guess of wrong) expect.soft(await opens(someone, guess), guess).toBe(401)
    expect(await opens(someone, long)).toBe(200)
  })

  test('PW-02 256 characters fit, one more is refused, and a megabyte never gets as far as counting as a try', async () => {
    const someone = await w.signedIn()
    expect(await refusal(someone, animals(257))).toEqual(['/newPassword too-long'])
    const tooLong = { currentPassword: someone.password, newPassword: 'x'.repeat(1025) }
    expect((await someone.browser.send('PUT', '/api/v1/account/password', { body: tooLong })).status).toBe(422)
    await set(someone, animals(256))
    expect(await opens(someone, animals(256))).toBe(200)
    expect(await opens(someone, animals(257))).toBe(401)

    const guesser = w.browser()
    const megabyte = { username: someone.username, password: 'x'.repeat(1024 * 1024) }
    for (let n = 0; n < 6; n++)
      expect((await guesser.send('POST', '/api/v1/sign-in', { body: megabyte })).status).toBe(413)
    await guesser.call(signIn, { body: { username: someone.username, password: someone.password } })
  })

  test('PW-03 no kind of character is demanded or forbidden but controls, and é typed on two keyboards is one letter', async () => {
    const someone = await w.signedIn()
    await set(someone, 'mkwqzjvtbxhgpfl')
    expect(await refusal(someone, 'mkwqzjv\u0007tbxhgpfl')).toEqual(['/newPassword invalid'])
    expect(await refusal(someone, 'mkwqzjv\u0000tbxhgpfl')).toEqual(['/newPassword invalid'])
    await set(someone, ' caf\u00e9 \u65e5\u672c tr\u00e8s s\u0142odki ')
    expect(await opens(someone, ' cafe\u0301 \u65e5\u672c tre\u0300s s\u0142odki ')).toBe(200)
    expect(await opens(someone, ' cafe \u65e5\u672c tres s\u0142odki ')).toBe(401)
  })

  test('PW-04 what an attacker tries first is refused, however often, and trying costs nobody their account', async () => {
    const someone = await w.signedIn()
    const { username, displayName } = someone
    const listed = dictionary['passwords-common'].filter((word) => word.length >= 15).slice(0, 100)
    expect(listed.length).toBeGreaterThan(10)
    const guessable = [
      ...listed,
      `${username}${username}1234`,
      'latchkeypassword1',
      `${displayName} ${displayName} 1`,
      'passwordpassword',
      '123456789012345',
      'aaaaaaaaaaaaaaaaaaaa',
      'qwertyuiopasdfghjkl',
    ]
    for (const word of guessable) expect(await refusal(someone, word), word).toEqual(['/newPassword compromised'])
    await set(someone, 'wander quartz ember lagoon')
  })

  test('PW-05 a change takes a proof that is not older than five minutes', async () => {
    const someone = await w.signedIn()
    w.clock.advance(5 * 60_000 + 1000)
    const stale = change(someone, 'wander quartz ember lagoon')
    expect((await problemOf(stale)).code).toBe('step-up-required')
    await someone.browser.call(stepUp, { body: { password: someone.password } })
    await set(someone, 'wander quartz ember lagoon')
  })

  test('PW-05 wrong present passwords count as wrong sign-ins do, and the present one cannot be the new one', async () => {
    const someone = await w.signedIn()
    const { browser, username, password } = someone
    expect(await refusal(someone, password)).toEqual(['/newPassword same-as-current'])

    for (let n = 0; n < 5; n++) {
      const wrong = change({ ...someone, password: 'not the present one' }, 'wander quartz ember lagoon')
      expect(await problemOf(wrong)).toMatchObject({ code: 'wrong-password', details: { pointer: '/currentPassword' } })
    }
    const body = { currentPassword: password, newPassword: 'wander quartz ember lagoon' }
    const paused = await browser.send('PUT', '/api/v1/account/password', { body })
    expect(paused.status).toBe(429)
    expect(Number(paused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problemOf(browser.call(signIn, { body: { username, password } }))).code).toBe('too-many-attempts')
    expect((await problemOf(browser.call(stepUp, { body: { password } }))).code).toBe('too-many-attempts')
    expect(await opens(someone, password)).toBe(200)

    w.clock.advance(15 * 60_000)
    await browser.call(stepUp, { body: { password } })
    await set(someone, 'wander quartz ember lagoon')
  })

  test('PW-06 SI-02 a change ends every other session and half-finished sign-in on every server; this one gets a new token', async () => {
    const person = await w.withTwoFactor()
    const other = await w.second()
    const own = await person.enter()
    const others = [await person.enter(), await person.enter(other.url)]
    const halfway = await w.browserOf(person, other.url)
    const someone = { ...person, browser: own }
    const before = own.cookies.get('latchkey-session')

    const cookies = new Map(own.cookies)
    const optOut = {
      currentPassword: person.password,
      newPassword: 'wander quartz ember lagoon',
      revokeOtherSessions: false,
    }
    expect((await own.send('PUT', '/api/v1/account/password', { body: optOut })).status).toBe(422)
    for (const browser of others) await browser.call(getAccount)

    await set(someone, 'wander quartz ember lagoon')
    for (const browser of others) {
      for (const url of [w.url, other.url]) {
        const elsewhere = w.browser(url)
        for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
        expect((await problemOf(elsewhere.call(getAccount))).code).toBe('not-signed-in')
      }
    }
    const lateCode = halfway.call(showSecondFactor, { body: { code: person.code() } })
    expect((await problemOf(lateCode)).code).toBe('sign-in-expired')

    await own.call(getAccount)
    expect(own.cookies.get('latchkey-session')).not.toBe(before)
    const old = w.browser()
    for (const [name, value] of cookies) old.cookies.set(name, value)
    expect((await problemOf(old.call(getAccount))).code).toBe('not-signed-in')
    expect(await opens(person, person.password)).toBe(401)
    expect(await opens(someone, someone.password)).toBe(200)
  })

  test('PW-07 two people with one password have different Argon2id hashes of at least the agreed cost', async () => {
    const password = 'wander quartz ember lagoon'
    const inEarnest = await w.second({ hashPool: makeHashPool({ cost: DEFAULT_COST, lanes: 2, queue: 10 }) })
    const people = [await w.person({ password }), await w.person({ password })]
    for (const { username } of people) await w.browser(inEarnest.url).call(signIn, { body: { username, password } })
    const [one, two] = await Promise.all(people.map(hashOf))
    expect(one).not.toBe(two)
    for (const hash of [one, two]) {
      const [, memory, passes, salt = '', tag = ''] =
        /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$(.+)\$(.+)$/.exec(hash ?? '') ?? []
      expect(Number(memory)).toBeGreaterThanOrEqual(19_456)
      expect(Number(passes)).toBeGreaterThanOrEqual(2)
      expect([Buffer.from(salt, 'base64').length, Buffer.from(tag, 'base64').length]).toEqual([16, 32])
    }
  })

  test('PW-07 signing in brings an older hash up to date, for everybody who signs in just then', async () => {
    const person = await w.person()
    const salt = randomBytes(16)
    const tag = scryptSync(person.password, salt, 32, { N: 2 ** 12, r: 8, p: 1 })
    const unpadded = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
    const weaker = await makeHashPool({ cost: { ...TEST_COST, passes: 1 }, lanes: 1, queue: 0 }).hash(person.password)
    for (const outdated of [`$scrypt$ln=12,r=8,p=1$${unpadded(salt)}$${unpadded(tag)}`, weaker]) {
      await storeHash(person, outdated)
      expect(await opens(person, 'not the password at all')).toBe(401)
      expect(await hashOf(person)).toBe(outdated)
      const together = await Promise.all([1, 2, 3].map(() => opens(person, person.password)))
      expect(together).toEqual([200, 200, 200])
      expect(await hashOf(person)).toContain(`$argon2id$v=19$m=${TEST_COST.memory},t=${TEST_COST.passes},p=1$`)
      expect(await opens(person, person.password)).toBe(200)
    }
  })

  test('PW-08 a flood of sign-ins is answered with "busy" beyond a bounded queue, and the server stays alive', async () => {
    const person = await w.person()
    const small = await w.second({
      hashPool: makeHashPool({ cost: { memory: 19_456, passes: 2 }, lanes: 1, queue: 5 }),
    })
    const attempt = () =>
      w
        .browser(small.url)
        .send('POST', '/api/v1/sign-in', { body: { username: person.username, password: 'a wrong password' } })
    let isOver = false
    const flood = Promise.all(Array.from({ length: 40 }, attempt)).finally(() => (isOver = true))
    expect((await w.browser(small.url).send('GET', '/healthz')).status).toBe(200)
    expect(isOver).toBe(false)

    const answers = await flood
    const busy = answers.filter(({ status }) => status === 503)
    expect(busy.length).toBeGreaterThan(0)
    expect(answers.length - busy.length).toBeGreaterThanOrEqual(6)
    expect(answers.every(({ status }) => status === 503 || status === 401)).toBe(true)
    expect(busy.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true)
    expect(await busy[0]?.json()).toMatchObject({ code: 'busy' })
    await w.browserOf(person, small.url)
  })

  test('PW-08 being told to come back later does not count as a wrong password', async () => {
    const { username, password } = await w.person()
    const full = await w.second({ hashPool: makeHashPool({ cost: TEST_COST, lanes: 0, queue: 0 }) })
    const patient = w.browser(full.url)
    for (let n = 0; n < 6; n++)
      expect((await problemOf(patient.call(signIn, { body: { username, password } }))).code).toBe('busy')
    await w.browser(w.url, patient.address).call(signIn, { body: { username, password } })
  })
})
