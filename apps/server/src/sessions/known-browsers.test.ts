import { hash } from 'node:crypto'
import { changePassword } from '@latchkey/contract/password'
import { completeSetup } from '@latchkey/contract/setup'
import { signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { eq, like } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSetupToken } from '../installation/installation.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type Person, type World, world } from '../testing/world.ts'

describe.each(engines)('RL-06 browsers an account knows on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const enter = (browser: TestBrowser, { username, password }: Pick<Person, 'username' | 'password'>) =>
    browser.send('POST', '/api/v1/sign-in', { body: { username, password } }).then(({ status }) => status)
  const guess = (browser: TestBrowser, { username }: Person) =>
    enter(browser, { username, password: 'not the password at all' })
  /** One wrong password each from so many networks. */
  const guesses = async (person: Person, count: number) => {
    const statuses: number[] = []
    for (let n = 0; n < count; n++) statuses.push(await guess(w.browser(n % 2 ? w.url : other.url), person))
    return statuses
  }

  test('a hundred wrong passwords from a hundred networks close an account to strangers for an hour, not to its own browser', async () => {
    const person = await w.signedIn()
    expect(await guesses(person, 100)).toEqual(Array(100).fill(401))

    const stranger = w.browser()
    const refused = await stranger.send('POST', '/api/v1/sign-in', { body: person })
    const { status } = await stranger.send('POST', '/api/v1/sign-in', {
      body: { username: person.username, password: person.password },
    })
    expect([refused.status, status]).toEqual([422, 429])
    const { details } = await problemOf(
      stranger.call(signIn, { body: { username: person.username, password: person.password } }),
    )
    expect(details.retryAfter).toBeGreaterThan(3_500)
    expect(details.retryAfter).toBeLessThanOrEqual(3_600)

    expect(await enter(person.browser, person)).toBe(200)
    // and the run was one of failures in a row
    expect(await enter(stranger, person)).toBe(200)
  })

  test('the same answer comes for a name nobody has', async () => {
    const nobody = { username: `nobody-${engine}` } as Person
    await guesses(nobody, 100)
    expect(await guess(w.browser(), nobody)).toBe(429)
    w.clock.advance(60 * 60_000)
    expect(await guess(w.browser(), nobody)).toBe(401)
  })

  test('a day without a failure begins the count anew, and names nobody has leave nothing behind for good', async () => {
    const nobody = { username: `nobody-else-${engine}` } as Person
    await guesses(nobody, 99)
    w.clock.advance(24 * 60 * 60_000)
    expect(await guesses(nobody, 2)).toEqual([401, 401])
    const { attempts } = w.db.tables
    const left = await w.db
      .select()
      .from(attempts)
      .where(like(attempts.key, `password:${hash('sha256', nobody.username, 'base64url')}:%`))
    expect(left.length).toBeGreaterThan(0)
    expect(left.every(({ resetsAt }) => resetsAt !== null)).toBe(true)
  })

  test('failures of strangers on the same network do not use up its tries, and its own five do', async () => {
    const person = await w.signedIn()
    const neighbour = w.browser(w.url, person.browser.address)
    for (let n = 0; n < 6; n++) await guess(neighbour, person)
    expect(await enter(w.browser(w.url, person.browser.address), person)).toBe(429)
    expect(await enter(person.browser, person)).toBe(200)

    const statuses: number[] = []
    for (let n = 0; n < 6; n++) statuses.push(await guess(person.browser, person))
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect(await enter(person.browser, person)).toBe(429)
  })

  test('the browser of the first administrator is known from the start', async () => {
    const fresh = await world(engine)
    try {
      const token = await makeSetupToken(fresh.db, fresh.deps.now())
      const browser = fresh.browser()
      const first = { username: 'first', displayName: 'First', password: 'violet harbour lantern 9' }
      await browser.call(completeSetup, { body: { token, ...first } })
      for (let n = 0; n < 100; n++) await guess(fresh.browser(), first as Person)
      expect(await enter(fresh.browser(), first)).toBe(429)
      await browser.call(stepUp, { body: { password: first.password } })
    } finally {
      await fresh.close()
    }
  })

  test('SI-02 a value somebody planted is not taken over', async () => {
    const person = await w.person()
    const planted = 'A'.repeat(43)
    const browser = w.browser()
    browser.cookies.set('latchkey-browser', planted)
    expect(await enter(browser, person)).toBe(200)
    const given = browser.cookies.get('latchkey-browser')
    expect(given).not.toBe(planted)
    expect(await enter(browser, person)).toBe(200)
    expect(browser.cookies.get('latchkey-browser')).toBe(given)
  })

  test('a copied cookie has a hundred failures in a row, too, and then waits like everybody', async () => {
    const person = await w.signedIn()
    for (let round = 0; round < 20; round++) {
      for (let n = 0; n < 5; n++) expect(await guess(person.browser, person)).toBe(401)
      w.clock.advance(15 * 60_000)
    }
    expect(await enter(person.browser, person)).toBe(429)
    expect(await enter(w.browser(), person)).toBe(200)
  })

  test('what it holds opens nothing, is tied to one account, and is not stored', async () => {
    const person = await w.signedIn()
    const stranger = await w.person()
    const token = person.browser.cookies.get('latchkey-browser') ?? ''
    expect(token).toHaveLength(43)
    const carrier = w.browser()
    for (const name of ['latchkey-browser', 'latchkey-session', 'latchkey-sign-in']) carrier.cookies.set(name, token)
    expect((await carrier.send('GET', '/api/v1/account')).status).toBe(401)

    await guesses(stranger, 100)
    expect(await enter(carrier, stranger)).toBe(429)
    const { knownBrowsers } = w.db.tables
    const rows = await w.db.select().from(knownBrowsers).where(eq(knownBrowsers.userId, person.id))
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('a new password makes every browser but this one a stranger, and twenty are remembered', async () => {
    const person = await w.signedIn()
    const first = await w.browserOf(person)
    for (let n = 0; n < 20; n++) await w.browserOf(person)
    const { knownBrowsers } = w.db.tables
    const known = () => w.db.select().from(knownBrowsers).where(eq(knownBrowsers.userId, person.id))
    expect(await known()).toHaveLength(20)

    const keeper = await w.browserOf(person)
    const newPassword = 'lantern violet harbour 77'
    await keeper.call(changePassword, { body: { currentPassword: person.password, newPassword } })
    expect(await known()).toHaveLength(1)
    await guesses(person, 100)
    expect(await enter(first, { ...person, password: newPassword })).toBe(429)
    expect(await enter(keeper, { ...person, password: newPassword })).toBe(200)
  })
})
