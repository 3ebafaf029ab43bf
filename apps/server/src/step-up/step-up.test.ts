import { changePassword } from '@latchkey/contract/password'
import { getAccount } from '@latchkey/contract/profile'
import { endOtherSessions, listSessions } from '@latchkey/contract/sessions'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, deactivateTwoFactor } from '@latchkey/contract/two-factor'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const FIVE_MINUTES = 5 * 60_000

describe.each(engines)("confirming it's you on %s", (engine) => {
  let w: World
  let guarded: Awaited<ReturnType<World['withTwoFactor']>>
  beforeAll(async () => {
    w = await world(engine)
    guarded = await w.withTwoFactor()
  })
  afterAll(() => w.close())

  const confirm = (browser: TestBrowser) => browser.call(stepUp, { body: { code: guarded.code() } })
  const withToken = (token: string | undefined) => {
    const browser = w.browser()
    browser.cookies.set('latchkey-session', token ?? '')
    return browser
  }

  test('SI-02 a proof gives the session a new token and kills the old one; the session stays the same one', async () => {
    const someone = await w.signedIn()
    const { browser, password } = someone
    const [before] = await browser.call(listSessions)
    const old = browser.cookies.get('latchkey-session')
    await browser.call(stepUp, { body: { password } })
    expect((await problemOf(withToken(old).call(getAccount))).code).toBe('not-signed-in')
    const sessions = await browser.call(listSessions)
    expect(sessions.map(({ id }) => id)).toEqual([before?.id])
    expect(sessions[0]?.lastAuthenticationAt).toBeGreaterThan(before?.lastAuthenticationAt ?? Infinity)
  })

  test('SI-02 a wrong proof leaves token, session and everything else as they were', async () => {
    const { browser } = await w.signedIn()
    const old = browser.cookies.get('latchkey-session')
    const wrong = browser.call(stepUp, { body: { password: 'not my password at all' } })
    expect(await problemOf(wrong)).toMatchObject({ code: 'wrong-password', details: { pointer: '/password' } })
    expect(browser.cookies.get('latchkey-session')).toBe(old)
    await browser.call(getAccount)
  })

  test('SE-07 having signed in more than five minutes ago proves nothing any more', async () => {
    const { browser, password } = await w.signedIn()
    w.clock.advance(FIVE_MINUTES - 5000)
    await browser.call(endOtherSessions)
    w.clock.advance(6000)
    expect((await problemOf(browser.call(endOtherSessions))).code).toBe('step-up-required')
    await browser.call(stepUp, { body: { password } })
    await browser.call(endOtherSessions)
  })

  test('SE-07 where there is a second factor the password proves nothing; a code or a recovery code does', async () => {
    const browser = await guarded.enter()
    const { password, recoveryCodes } = guarded
    expect((await problemOf(browser.call(stepUp, { body: { password } }))).code).toBe('step-up-required')
    const wrongCode = browser.call(stepUp, { body: { password, recoveryCode: '222222-222222-222222-222222' } })
    expect((await problemOf(wrongCode)).code).toBe('wrong-code')
    expect((await problemOf(browser.call(deactivateTwoFactor))).code).toBe('step-up-required')
    await browser.call(stepUp, { body: { recoveryCode: recoveryCodes[0] ?? '' } })
    await browser.call(beginAuthenticator)
    const again = browser.call(stepUp, { body: { recoveryCode: recoveryCodes[0] ?? '' } })
    expect((await problemOf(again)).code).toBe('wrong-code')
  })

  test('SE-07 a proof is good on the session it was given on, for five minutes, for one action, until the next proof or a new password', async () => {
    const [browser, elsewhere] = [await guarded.enter(), await guarded.enter()]
    const isRefused = async (asking: TestBrowser) => (await problemOf(asking.call(beginAuthenticator))).code
    await confirm(browser)
    expect(await isRefused(elsewhere)).toBe('step-up-required')
    await browser.call(beginAuthenticator)
    expect(await isRefused(browser)).toBe('step-up-required')

    await confirm(browser)
    w.clock.advance(FIVE_MINUTES + 1000)
    expect(await isRefused(browser)).toBe('step-up-required')

    await confirm(browser)
    await browser.call(stepUp, { body: { code: guarded.code(), purpose: 'two-factor.deactivate' } })
    expect(await isRefused(browser)).toBe('step-up-required')

    await confirm(browser)
    const newPassword = 'wander quartz ember lagoon'
    await browser.call(changePassword, { body: { currentPassword: guarded.password, newPassword } })
    guarded.password = newPassword
    expect(await isRefused(browser)).toBe('step-up-required')
  })

  test('CC-01 one proof used by twenty requests at once serves one of them', async () => {
    guarded = await w.withTwoFactor()
    const browser = await guarded.enter()
    const other = await w.second()
    await confirm(browser)
    const cookie = `latchkey-session=${browser.cookies.get('latchkey-session')}`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        w
          .browser(n % 2 ? w.url : other.url)
          .send('POST', '/api/v1/account/two-factor/authenticator', { headers: { cookie } }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(19).fill(403)])
  })

  test('CC-01 one cookie stepping up five times at once with the right password ends with one live token', async () => {
    const { browser, password } = await w.signedIn()
    const other = await w.second()
    const cookie = `latchkey-session=${browser.cookies.get('latchkey-session')}`
    const asking = Array.from({ length: 5 }, (_, n) => w.browser(n % 2 ? w.url : other.url))
    const answers = await Promise.all(
      asking.map((own) => own.send('POST', '/api/v1/step-up', { body: { password }, headers: { cookie } })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401, 401, 401, 401])
    const winner = asking[answers.findIndex(({ ok }) => ok)]
    expect(await winner?.call(listSessions)).toHaveLength(1)
  })
})
