import { changePassword } from '@latchkey/contract/password'
import { getAccount } from '@latchkey/contract/profile'
import { listSessions } from '@latchkey/contract/sessions'
import { chooseNewPassword, enrolAtSignIn, showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { createUser, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { withDoor } from '../testing/troubled-db.ts'
import { type Person, type World, world } from '../testing/world.ts'

const given = 'amber canyon whistle orbit'
const own = 'wander quartz ember lagoon'

describe.each(engines)('choosing a password of one’s own while signing in on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  let names = 0
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const administrator = async () => (await w.signedIn({ role: 'administrator' })).browser
  /** Somebody an administrator just added. */
  const added = async () => {
    const body = { username: `added-${++names}`, displayName: 'Added', role: 'member' as const, password: given }
    const { id } = await (await administrator()).call(createUser, { body })
    return { ...body, id }
  }
  /** An administrator gives somebody another password. */
  const giveNew = async <P extends Person>(person: P): Promise<P> => {
    await (await administrator()).call(updateUser, { params: { id: person.id }, body: { password: given } })
    return { ...person, password: given }
  }
  const signInAs = ({ username, password }: Person, browser: TestBrowser = w.browser()) =>
    browser.call(signIn, { body: { username, password } })
  const choose = (browser: TestBrowser, newPassword = own) => browser.call(chooseNewPassword, { body: { newPassword } })
  const codeOf = async (refused: Promise<unknown>) => (await problemOf(refused)).code
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const half = (browser: TestBrowser) => browser.cookies.get('latchkey-sign-in') ?? ''

  test('AD-03 whoever was given a password chooses their own before anything else, and that once', async () => {
    const person = await added()
    const browser = w.browser()
    expect(await signInAs(person, browser)).toEqual({ status: 'password-change-required' })
    expect([...browser.cookies.keys()]).toEqual(['latchkey-sign-in'])
    expect(await isSignedIn(browser)).toBe(false)
    expect(await choose(browser)).toEqual({ status: 'signed-in' })
    expect(await browser.call(getAccount)).toMatchObject({ username: person.username })
    expect((await browser.call(listSessions)).map(({ authenticationMethods }) => authenticationMethods)).toEqual([
      ['password'],
    ])
    expect(await codeOf(signInAs(person))).toBe('wrong-credentials')
    expect(await signInAs({ ...person, password: own })).toEqual({ status: 'signed-in' })
  })

  test('PW-01 PW-04 PW-05 one that will not do is refused with the reason, and nothing is lost', async () => {
    const person = await added()
    const browser = await w.browserOf(person)
    const cookie = half(browser)
    const refusedFor = async (newPassword: string) => {
      const { status, details } = await problemOf(choose(browser, newPassword))
      expect(status).toBe(422)
      return details.errors
    }
    const pointer = '/newPassword'
    expect(await refusedFor('too short')).toEqual([{ pointer, code: 'too-short', limit: 15 }])
    expect(await refusedFor(`${person.username}${person.username}1234`)).toEqual([{ pointer, code: 'compromised' }])
    expect(await refusedFor('a tab\tin the middle of it')).toEqual([{ pointer, code: 'invalid' }])
    expect(await refusedFor(given)).toEqual([{ pointer, code: 'same-as-current' }])
    for (let n = 0; n < 10; n++)
      expect(await refusedFor('password12345678')).toEqual([{ pointer, code: 'compromised' }])
    expect(half(browser)).toBe(cookie)
    expect(await choose(browser)).toEqual({ status: 'signed-in' })
  })

  test('PW-06 sessions and half-finished sign-ins from before end on every server: with the given one, and with the own', async () => {
    const someone = await w.signedIn()
    const elsewhere = await w.browserOf(someone, other.url)
    const person = await giveNew(someone)
    for (const closed of [someone.browser, elsewhere]) expect(await isSignedIn(closed)).toBe(false)
    expect(await codeOf(signInAs({ ...person, password: someone.password }))).toBe('wrong-credentials')

    const [first, second] = [await w.browserOf(person), await w.browserOf(person, other.url)]
    await choose(first)
    expect(await codeOf(choose(second, 'lantern harbour violet moss'))).toBe('sign-in-expired')
    expect(second.cookies.size).toBe(0)
    expect(await isSignedIn(first)).toBe(true)
  })

  test('the second factor comes first: a given password alone opens nothing, not even choosing another', async () => {
    const guarded = await w.withTwoFactor()
    const person = await giveNew(guarded)
    const browser = w.browser()
    expect((await signInAs(person, browser)).status).toBe('second-factor-required')
    const stolen = half(browser)
    expect(await codeOf(choose(browser))).toBe('sign-in-expired')
    browser.cookies.set('latchkey-sign-in', stolen)
    expect(await browser.call(showSecondFactor, { body: { code: guarded.code() } })).toEqual({
      status: 'password-change-required',
    })
    expect(half(browser)).not.toBe(stolen)
    expect(await choose(browser)).toEqual({ status: 'signed-in' })
    expect((await browser.call(listSessions))[0]?.authenticationMethods).toEqual(['password', 'totp'])
  })

  test('after a recovery code it still says how many are left', async () => {
    const guarded = await w.withTwoFactor()
    const browser = await w.browserOf(await giveNew(guarded))
    const body = { recoveryCode: guarded.recoveryCodes[0] ?? '' }
    expect(await browser.call(showSecondFactor, { body })).toEqual({
      status: 'password-change-required',
      recoveryCodesLeft: 9,
    })
    expect(await choose(browser)).toEqual({ status: 'signed-in' })
  })

  test('SI-02 where a factor is demanded, setting it up comes after it, each step under a cookie of its own', async () => {
    const person = await added()
    await (await administrator()).call(updateUser, { params: { id: person.id }, body: { requireTwoFactor: true } })
    const browser = w.browser()
    expect(await signInAs(person, browser)).toEqual({ status: 'password-change-required' })
    const first = half(browser)
    const next = await choose(browser)
    if (next.status !== 'enrolment-required') throw new Error(next.status)
    const second = half(browser)
    expect(second).not.toBe(first)
    expect(await isSignedIn(browser)).toBe(false)

    const code = appCode(next.secret, w.deps.now())
    await browser.call(enrolAtSignIn, { body: { code } })
    expect((await browser.call(getAccount)).twoFactor).toBe('active')
    for (const dead of [first, second]) {
      const replay = w.browser()
      replay.cookies.set('latchkey-sign-in', dead)
      expect(await codeOf(choose(replay, 'lantern harbour violet moss'))).toBe('sign-in-expired')
      replay.cookies.set('latchkey-sign-in', dead)
      expect(await codeOf(replay.call(enrolAtSignIn, { body: { code } }))).toBe('sign-in-expired')
    }
  })

  test('who leaves the page has changed nothing, and has ten minutes to think', async () => {
    const person = await added()
    const browser = await w.browserOf(person)
    w.clock.advance(10 * 60_000 - 5000)
    expect(await codeOf(choose(browser, 'too short'))).toBe('invalid-input')
    w.clock.advance(5000)
    expect(await codeOf(choose(browser))).toBe('sign-in-expired')
    expect(await signInAs(person)).toEqual({ status: 'password-change-required' })
  })

  test('SI-04 CC-03 an account disabled, or given yet another password, while the new one is hashed is not let in', async () => {
    for (const change of [{ enabled: false }, { password: 'lantern harbour violet moss' }]) {
      const person = await added()
      const asking = await administrator()
      const browser = await w.browserOf(person)
      // the second write of the request: the first takes its try
      const door = withDoor(w.db)
      let writes = 0
      const db = { ...w.db, write: ((work) => (++writes > 1 ? door.db : w.db).write(work)) as typeof w.db.write }
      const server = await w.second({ db })
      const late = w.browser(server.url)
      late.cookies.set('latchkey-sign-in', half(browser))
      const underWay = problemOf(choose(late))
      await door.reached
      await asking.call(updateUser, { params: { id: person.id }, body: change })
      door.open()
      expect((await underWay).code).toBe('sign-in-expired')
      const { sessions } = w.db.tables
      expect(await w.db.select().from(sessions).where(eq(sessions.userId, person.id))).toEqual([])
    }
  })

  test('CC-01 two new passwords chosen at once on two servers: one of them is it', async () => {
    const person = await added()
    const browser = await w.browserOf(person)
    const wishes = [own, 'lantern harbour violet moss']
    const answers = await Promise.all(
      wishes.map((newPassword, n) =>
        w.browser(n ? w.url : other.url).send('POST', '/api/v1/sign-in/password', {
          body: { newPassword },
          headers: { cookie: `latchkey-sign-in=${half(browser)}` },
        }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401])
    const chosen = wishes[answers.findIndex(({ ok }) => ok)] ?? ''
    expect(await signInAs({ ...person, password: chosen })).toEqual({ status: 'signed-in' })
  })

  test('changing a password oneself asks for nothing at the next sign-in', async () => {
    const { browser, password, ...person } = await w.signedIn()
    await browser.call(changePassword, { body: { currentPassword: password, newPassword: own } })
    expect(await signInAs({ ...person, password: own })).toEqual({ status: 'signed-in' })
  })
})
