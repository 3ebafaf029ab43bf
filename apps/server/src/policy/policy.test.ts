import { changePassword, getPasswordRules } from '@latchkey/contract/password'
import { getPolicy, type Policy, updatePolicy } from '@latchkey/contract/policy'
import { getAccount } from '@latchkey/contract/profile'
import { listSessions } from '@latchkey/contract/sessions'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { beginAuthenticator, getTwoFactor, validateAuthenticator } from '@latchkey/contract/two-factor'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { appCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type Person, type World, world } from '../testing/world.ts'

const defaults: Policy = {
  requireTwoFactor: 'nobody',
  signOutAfterEnrolment: true,
  apiKeyVisibility: 'once',
  accountPasswordOnBasic: 'while-two-factor-disabled',
  minimumPasswordLength: 15,
  sessionIdleMinutes: 30,
  sessionLifetimeHours: 12,
  selfDeletion: true,
}
const MINUTE = 60_000

describe.each(engines)('the policy on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  let administrator: { id: string; browser: TestBrowser }
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  beforeEach(async () => {
    administrator = await w.signedIn({ role: 'administrator' })
  })
  afterAll(() => w.close())

  const rule = (body: Partial<Policy>) => administrator.browser.call(updatePolicy, { body })
  const signInAs = ({ username, password }: Person, browser: TestBrowser) =>
    browser.call(signIn, { body: { username, password } })

  test('has defaults, and a change of some of it changes that and nothing else, for every server', async () => {
    const { browser } = administrator
    expect(await browser.call(getPolicy)).toEqual(defaults)
    const changes = [
      { selfDeletion: false },
      { apiKeyVisibility: 'copyable', accountPasswordOnBasic: 'never' },
      { sessionIdleMinutes: 60, sessionLifetimeHours: 24 },
    ] as const
    let expected: Policy = defaults
    const elsewhere = w.browser(other.url)
    for (const [name, value] of browser.cookies) elsewhere.cookies.set(name, value)
    for (const change of changes) {
      expected = { ...expected, ...change }
      expect(await rule(change)).toEqual(expected)
      expect(await elsewhere.call(getPolicy)).toEqual(expected)
    }
    expect(await rule({})).toEqual(expected)
    expect(await rule(defaults)).toEqual(defaults)
  })

  test('AD-06 what it cannot be is refused by name, and nothing of that request is taken over', async () => {
    const wrong: Record<keyof Policy, unknown[]> = {
      requireTwoFactor: ['all', '', null, true],
      signOutAfterEnrolment: ['false', 0, null],
      apiKeyVisibility: ['always', null],
      accountPasswordOnBasic: ['always', false],
      minimumPasswordLength: [7, 65, 15.5, '15', null, -1, 1e9],
      sessionIdleMinutes: [0, -5, 1441, 0.5, '30', null],
      sessionLifetimeHours: [0, 721, 1.5, null],
      selfDeletion: ['true', 1, null],
    }
    for (const [name, values] of Object.entries(wrong))
      for (const value of values) {
        const body = { sessionIdleMinutes: 45, [name]: value }
        const answer = await administrator.browser.send('PATCH', '/api/v1/policy', { body })
        expect([answer.status, await answer.json()]).toMatchObject([422, { errors: [{ pointer: `/${name}` }] }])
      }
    for (const unknown of ['id', 'minimumPasswordlength', 'requireTwoFactorOf']) {
      const answer = await administrator.browser.send('PATCH', '/api/v1/policy', { body: { [unknown]: 1 } })
      expect(await answer.json()).toMatchObject({ errors: [{ pointer: `/${unknown}`, code: 'unknown-member' }] })
    }
    expect(await administrator.browser.call(getPolicy)).toEqual(defaults)
  })

  test('its bounds themselves are allowed', async () => {
    for (const bounds of [
      { minimumPasswordLength: 8, sessionIdleMinutes: 1, sessionLifetimeHours: 1 },
      { minimumPasswordLength: 64, sessionIdleMinutes: 1440, sessionLifetimeHours: 720 },
    ])
      expect(await rule(bounds)).toEqual({ ...defaults, ...bounds })
    await rule(defaults)
  })

  test('CC-02 two administrators who change different parts at once both get what they want', async () => {
    const another = await w.signedIn({ role: 'administrator' })
    await Promise.all([
      rule({ minimumPasswordLength: 20 }),
      another.browser.call(updatePolicy, { body: { selfDeletion: false } }),
    ])
    expect(await another.browser.call(getPolicy)).toEqual({
      ...defaults,
      minimumPasswordLength: 20,
      selfDeletion: false,
    })
    await rule(defaults)
  })

  test('a change is told: what, by whom, from where; nothing to change, or nothing allowed, is not', async () => {
    const { browser, id } = administrator
    const { browser: member } = await w.signedIn()
    await rule({ sessionIdleMinutes: 31, selfDeletion: false })
    await rule({})
    await problemOf(member.call(updatePolicy, { body: { selfDeletion: true } }))
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.event, 'policy.changed'))
    const own = rows.filter(({ actorId }) => actorId === id)
    expect(own).toMatchObject([
      {
        ...{ subjectId: null, outcome: 'success', actorKind: 'browser' },
        ...{ ipAddress: browser.address, client: browser.userAgent },
        detail: { sessionIdleMinutes: 31, selfDeletion: false },
      },
    ])
    await rule(defaults)
  })

  test('a demanded second factor counts from the next request on, on every server', async () => {
    const someone = await w.person()
    const [here, there] = [await w.browserOf(someone), await w.browserOf(someone, other.url)]
    await rule({ requireTwoFactor: 'everyone' })
    for (const browser of [here, there]) {
      expect((await browser.call(getAccount)).twoFactor).toBe('pending')
      expect(await browser.call(getTwoFactor)).toMatchObject({ status: 'pending', required: true })
    }
    expect((await signInAs(someone, w.browser(other.url))).status).toBe('enrolment-required')
    expect((await administrator.browser.call(getAccount)).twoFactor).toBe('pending')
    await rule({ requireTwoFactor: 'administrators' })
    expect((await there.call(getAccount)).twoFactor).toBe('disabled')
    expect((await administrator.browser.call(getAccount)).twoFactor).toBe('pending')
    await rule({ requireTwoFactor: 'nobody' })
    expect((await administrator.browser.call(getAccount)).twoFactor).toBe('disabled')
  })

  test('seed 003: without signing out after setting up, the session goes on with both factors, and codes are asked for from the next sign-in on', async () => {
    await rule({ signOutAfterEnrolment: false })
    const someone = await w.person()
    const browser = await w.browserOf(someone, other.url)
    const { secret } = await browser.call(beginAuthenticator)
    const code = appCode(secret, w.deps.now())
    const reply = await browser.call(validateAuthenticator, { body: { code } })
    expect([reply.signedOut, reply.recoveryCodes?.length]).toEqual([false, 10])
    expect((await browser.call(getAccount)).twoFactor).toBe('active')
    expect((await browser.call(listSessions)).map(({ authenticationMethods }) => authenticationMethods)).toEqual([
      ['password', 'totp'],
    ])
    const again = w.browser()
    expect((await signInAs(someone, again)).status).toBe('second-factor-required')
    w.clock.advance(30_000)
    await again.call(showSecondFactor, { body: { code: appCode(secret, w.deps.now()) } })
    await rule({ signOutAfterEnrolment: true })
  })

  test('PW-01 the least length of a password counts for the next one, and forms can ask for it', async () => {
    const { browser, password } = await w.signedIn()
    const change = (currentPassword: string, newPassword: string) =>
      browser.call(changePassword, { body: { currentPassword, newPassword } })
    const eight = 'mö7 vqxz'
    expect(await problemOf(change(password, eight))).toMatchObject({
      details: { errors: [{ pointer: '/newPassword', code: 'too-short', limit: 15 }] },
    })
    await rule({ minimumPasswordLength: 8 })
    expect((await w.browser(other.url).call(getPasswordRules)).minimumLength).toBe(8)
    await change(password, eight)
    await rule({ minimumPasswordLength: 64 })
    expect(await problemOf(change(eight, 'wander quartz ember lagoon'))).toMatchObject({
      details: { errors: [{ code: 'too-short', limit: 64 }] },
    })
    await rule({ minimumPasswordLength: 15 })
  })

  test('SE-03 a shorter idle time counts at once; the longest life of a session counts for those that begin', async () => {
    const begun = await w.signedIn()
    await rule({ sessionIdleMinutes: 5, sessionLifetimeHours: 1 })
    const [session] = await begun.browser.call(listSessions)
    expect((session?.expiresAt ?? 0) - (session?.createdAt ?? 0)).toBe(12 * 60 * MINUTE)
    const [later] = await (await w.browserOf(begun, other.url)).call(listSessions)
    expect((later?.expiresAt ?? 0) - (later?.createdAt ?? 0)).toBe(60 * MINUTE)
    w.clock.advance(5 * MINUTE + 1000)
    expect((await problemOf(begun.browser.call(getAccount))).code).toBe('not-signed-in')
    administrator = await w.signedIn({ role: 'administrator' })
    await rule(defaults)
    await begun.browser.call(getAccount) // it was idle, and not ended
  })
})
