import { endpoints } from '@latchkey/contract/all'
import { apiBase, hasCaller } from '@latchkey/contract/endpoint'
import { getAccount } from '@latchkey/contract/profile'
import { listSessions } from '@latchkey/contract/sessions'
import { chooseNewPassword, enrolAtSignIn, showSecondFactor, signIn, signOut } from '@latchkey/contract/sign-in'
import { beginAuthenticator, cancelSetUp, getTwoFactor, setUpLater } from '@latchkey/contract/two-factor'
import { updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode, toStartOfStep, wrongCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type Person, type World, world } from '../testing/world.ts'

const TEN_MINUTES = 10 * 60_000
const newPassword = 'wander quartz ember lagoon'

describe.each(engines)('setting up the second factor while signing in on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const signInAs = ({ username, password }: Person, browser: TestBrowser) =>
    browser.call(signIn, { body: { username, password } })
  /** Somebody who chose to set it up at the next sign-in; the browser they chose it in is still signed in. */
  const pending = async () => {
    const someone = await w.signedIn()
    await someone.browser.call(setUpLater)
    return someone
  }
  /** A browser that shows the QR code under the sign-in form, and what it shows. */
  const shown = async (person: Person, url?: string) => {
    const browser = w.browser(url)
    const reply = await signInAs(person, browser)
    if (reply.status !== 'enrolment-required') throw new Error(reply.status)
    return { browser, secret: reply.secret, otpauthUri: reply.otpauthUri }
  }
  const enrol = (browser: TestBrowser, code: string) => browser.call(enrolAtSignIn, { body: { code } })
  const codeOf = async (refused: Promise<unknown>) => (await problemOf(refused)).code
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok

  test('the right code makes it Active, shows ten recovery codes once, and signs in with both factors', async () => {
    const person = await pending()
    const { browser, secret, otpauthUri } = await shown(person)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(otpauthUri).toContain(`secret=${secret}&`)
    expect([...browser.cookies.keys()]).toEqual(['latchkey-sign-in'])

    const reply = await enrol(browser, appCode(secret, w.deps.now()))
    expect(reply).toEqual({ status: 'signed-in', recoveryCodes: expect.any(Array), recoverySetId: expect.any(String) })
    expect(new Set(reply.recoveryCodes).size).toBe(10)
    expect(browser.cookies.has('latchkey-sign-in')).toBe(false)
    const { recoverySetId: setId } = reply
    expect(await browser.call(getTwoFactor)).toMatchObject({ status: 'active', recoveryCodes: { setId, left: 10 } })
    const [session, ...more] = await browser.call(listSessions)
    expect([session?.authenticationMethods, more]).toEqual([['password', 'totp'], []])

    const again = w.browser()
    expect((await signInAs(person, again)).status).toBe('second-factor-required')
    const used = appCode(secret, w.deps.now())
    expect(await codeOf(again.call(showSecondFactor, { body: { code: used } }))).toBe('code-already-used')
    const [recoveryCode = ''] = reply.recoveryCodes
    await again.call(showSecondFactor, { body: { recoveryCode } })
  })

  test('TO-06 every session from before it ends, on every server', async () => {
    const person = await pending()
    const { browser: stranger } = await w.signedIn()
    const before = [person.browser]
    await person.browser.call(cancelSetUp)
    for (const url of [w.url, other.url]) before.push(await w.browserOf(person, url))
    await person.browser.call(setUpLater)

    const { browser, secret } = await shown(person)
    for (const open of before) expect(await isSignedIn(open)).toBe(true)
    await enrol(browser, appCode(secret, w.deps.now()))
    for (const closed of before) expect(await isSignedIn(closed)).toBe(false)
    for (const open of [browser, stranger]) expect(await isSignedIn(open)).toBe(true)
  })

  test('TO-07 the secret is a new one each time the page is shown, and the one before is dead', async () => {
    const person = await pending()
    const first = await shown(person)
    const second = await shown(person, other.url)
    expect(second.secret).not.toBe(first.secret)
    const superseded = await problemOf(enrol(first.browser, appCode(first.secret, w.deps.now())))
    expect(superseded).toMatchObject({ code: 'no-longer-valid', status: 410 })
    expect(await codeOf(enrol(second.browser, appCode(first.secret, w.deps.now())))).toBe('wrong-code')
    await enrol(second.browser, appCode(second.secret, w.deps.now()))
    expect(await codeOf(enrol(first.browser, appCode(second.secret, w.deps.now())))).toBe('sign-in-expired')
  })

  test('TO-07 a wizard left open in the settings is dead as well, and cannot prove what the sign-in page shows', async () => {
    const person = await pending()
    const wizard = await person.browser.call(beginAuthenticator)
    const { browser, secret } = await shown(person)
    const validate = (code: string) =>
      person.browser.send('POST', '/api/v1/account/two-factor/authenticator/validate', { body: { code } })
    for (const shownTo of [wizard.secret, secret])
      expect((await validate(appCode(shownTo, w.deps.now()))).status).toBe(410)
    await enrol(browser, appCode(secret, w.deps.now()))
  })

  test('TO-06 five wrong codes end the sign-in: the right one comes too late, and nothing has changed', async () => {
    const person = await pending()
    const { browser, secret } = await shown(person)
    for (let n = 0; n < 5; n++)
      expect(await problemOf(enrol(browser, wrongCode(secret, w.deps.now())))).toMatchObject({
        code: 'wrong-code',
        details: { pointer: '/code' },
      })
    expect(await codeOf(enrol(browser, appCode(secret, w.deps.now())))).toBe('sign-in-expired')
    expect(browser.cookies.size).toBe(0)
    expect(await person.browser.call(getTwoFactor)).toMatchObject({ status: 'pending', recoveryCodes: null })
    const afresh = await shown(person)
    await enrol(afresh.browser, appCode(afresh.secret, w.deps.now()))
  })

  test('TO-05 who leaves the page has changed nothing: still Pending, still signed in elsewhere, no factor', async () => {
    const person = await pending()
    const left = await shown(person)
    await left.browser.call(signOut)
    expect(await codeOf(enrol(left.browser, appCode(left.secret, w.deps.now())))).toBe('sign-in-expired')
    const closed = await shown(person)
    w.clock.advance(TEN_MINUTES)
    expect(await codeOf(enrol(closed.browser, appCode(closed.secret, w.deps.now())))).toBe('sign-in-expired')
    expect(await person.browser.call(getTwoFactor)).toMatchObject({ status: 'pending', recoveryCodes: null })
    const { authenticators } = w.db.tables
    expect(await w.db.select().from(authenticators).where(eq(authenticators.userId, person.id))).toEqual([])
  })

  test('who is no longer asked for it is not made to: the half-finished sign-in is over', async () => {
    const someone = await w.person()
    const { browser: administrator } = await w.signedIn({ role: 'administrator' })
    const demand = (requireTwoFactor: boolean) =>
      administrator.call(updateUser, { params: { id: someone.id }, body: { requireTwoFactor } })
    await demand(true)
    const { browser, secret } = await shown(someone)
    await demand(false)
    expect(await codeOf(enrol(browser, appCode(secret, w.deps.now())))).toBe('sign-in-expired')
    expect(await signInAs(someone, browser)).toEqual({ status: 'signed-in' })
    expect((await browser.call(getAccount)).twoFactor).toBe('disabled')
  })

  test('SI-04 an account disabled while its QR code is shown is not let in', async () => {
    const person = await pending()
    const { browser, secret } = await shown(person)
    const { browser: administrator } = await w.signedIn({ role: 'administrator' })
    await administrator.call(updateUser, { params: { id: person.id }, body: { enabled: false } })
    expect(await codeOf(enrol(browser, appCode(secret, w.deps.now())))).toBe('sign-in-expired')
    expect(browser.cookies.size).toBe(0)
    const { sessions } = w.db.tables
    expect(await w.db.select().from(sessions).where(eq(sessions.userId, person.id))).toEqual([])
  })

  test('TO-03 a phone that is half a minute fast is learnt here as well; one that is further off is told by how much', async () => {
    const person = await pending()
    const { browser, secret } = await shown(person)
    const now = toStartOfStep(w)
    const refused = await problemOf(enrol(browser, appCode(secret, now + 120_000)))
    expect(refused).toMatchObject({ code: 'wrong-code', details: { pointer: '/code', clockOffset: 120 } })
    await enrol(browser, appCode(secret, now + 30_000))
    w.clock.advance(60_000)
    const again = await w.browserOf(person)
    await again.call(showSecondFactor, { body: { code: appCode(secret, w.deps.now() + 30_000) } })
  })

  test('CC-01 the right code sent ten times at once on two servers signs in once', async () => {
    const person = await pending()
    const { browser, secret } = await shown(person)
    const cookie = `latchkey-sign-in=${browser.cookies.get('latchkey-sign-in')}`
    const body = { code: appCode(secret, w.deps.now()) }
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        w.browser(n % 2 ? w.url : other.url).send('POST', '/api/v1/sign-in/enrolment', { body, headers: { cookie } }),
      ),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    for (const { ok, status } of answers) if (!ok) expect([401, 410]).toContain(status)
    const { recoverySets, sessions } = w.db.tables
    expect(await w.db.select().from(recoverySets).where(eq(recoverySets.userId, person.id))).toHaveLength(1)
    expect(await w.db.select().from(sessions).where(eq(sessions.userId, person.id))).toHaveLength(1)
  })

  describe('SI-01 between two steps the cookie opens the one it was given for', () => {
    const steps = {
      'second-factor': showSecondFactor,
      'new-password': chooseNewPassword,
      enrolment: enrolAtSignIn,
    }
    type Step = keyof typeof steps
    const bodies: Record<Step, { code: string } | { newPassword: string }> = {
      'second-factor': { code: '123456' },
      'new-password': { newPassword },
      enrolment: { code: '123456' },
    }
    const atStep: Record<Step, () => Promise<TestBrowser>> = {
      'second-factor': async () => w.browserOf(await w.withTwoFactor()),
      'new-password': async () => {
        const person = await w.person()
        const password = 'amber canyon whistle orbit'
        const { browser: administrator } = await w.signedIn({ role: 'administrator' })
        await administrator.call(updateUser, { params: { id: person.id }, body: { password } })
        return w.browserOf({ ...person, password })
      },
      enrolment: async () => (await shown(await pending())).browser,
    }

    test.each(Object.keys(steps) as Step[])('SI-01 %s', async (step) => {
      const browser = await atStep[step]()
      const cookies = new Map(browser.cookies)
      expect([...cookies.keys()]).toEqual(['latchkey-sign-in'])
      const asHolder = () => {
        const copy = w.browser()
        for (const [name, value] of cookies) copy.cookies.set(name, value)
        return copy
      }
      for (const another of (Object.keys(steps) as Step[]).filter((name) => name !== step)) {
        const refused = await asHolder().send('POST', apiBase + steps[another].path, { body: bodies[another] })
        expect([another, refused.status, await refused.json()]).toMatchObject([
          another,
          401,
          { code: 'sign-in-expired' },
        ])
      }
      for (const { endpoint } of endpoints.filter(({ endpoint }) => hasCaller(endpoint)))
        expect(
          (await asHolder().send(endpoint.method, apiBase + endpoint.path.replace(':id', 'x'))).status,
          endpoint.path,
        ).toBe(401)
      // and it is still good for its own
      const own = await asHolder().send('POST', apiBase + steps[step].path, { body: bodies[step] })
      const expected = step === 'new-password' ? { status: 'signed-in' } : { code: 'wrong-code' }
      expect(await own.json()).toMatchObject(expected)
    })
  })

  test('seed 002: who set it up at a sign-in stays Active, and is asked for a code from then on', async () => {
    const person = await pending()
    const { browser, secret } = await shown(person)
    await enrol(browser, appCode(secret, w.deps.now()))
    expect((await browser.call(getAccount)).twoFactor).toBe('active')
    w.clock.advance(30_000)
    const next = await w.browserOf(person, other.url)
    expect(await next.call(showSecondFactor, { body: { code: appCode(secret, w.deps.now()) } })).toEqual({
      status: 'signed-in',
    })
  })
})
