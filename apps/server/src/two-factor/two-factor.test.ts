import { codeAt, stepAt } from '@latchkey/auth-core/totp'
import { getAccount } from '@latchkey/contract/profile'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import {
  beginAuthenticator,
  deactivateTwoFactor,
  getTwoFactor,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('two-factor authentication on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  test('a proved code turns it on, hands out ten codes once and signs everybody out', async () => {
    const { browser } = await w.signedIn()
    const { secret } = await browser.call(beginAuthenticator)
    const reply = await browser.call(validateAuthenticator, { body: { code: codeAt(secret, stepAt(w.deps.now())) } })

    expect(reply.recoveryCodes).toHaveLength(10)
    expect(reply.signedOut).toBe(true)
    expect((await problemOf(browser.call(getAccount))).code).toBe('not-signed-in')
  })

  test('signing in then takes a code, or a recovery code, each once', async () => {
    const person = await w.withTwoFactor()
    const { username, password, recoveryCodes } = person
    const browser = w.browser()
    const reply = await browser.call(signIn, { body: { username, password } })
    expect(reply).toEqual({ status: 'second-factor-required', methods: ['totp', 'recovery-code'] })
    await browser.call(showSecondFactor, { body: { code: person.code() } })
    expect((await browser.call(getAccount)).twoFactor).toBe('active')

    const second = w.browser()
    await second.call(signIn, { body: { username, password } })
    const used = { recoveryCode: recoveryCodes[0]?.toLowerCase().replaceAll('-', ' ') ?? '' }
    expect(await second.call(showSecondFactor, { body: used })).toEqual({ status: 'signed-in', recoveryCodesLeft: 9 })

    const third = w.browser()
    await third.call(signIn, { body: { username, password } })
    expect((await problemOf(third.call(showSecondFactor, { body: used }))).code).toBe('wrong-code')
  })

  test('TO-08 turning it off takes the second factor, for this purpose, once', async () => {
    const person = await w.withTwoFactor()
    const { username, password } = person
    const browser = w.browser()
    await browser.call(signIn, { body: { username, password } })
    await browser.call(showSecondFactor, { body: { code: person.code() } })

    expect((await problemOf(browser.call(deactivateTwoFactor))).code).toBe('step-up-required')
    expect((await problemOf(browser.call(stepUp, { body: { password } }))).code).toBe('step-up-required')
    await browser.call(stepUp, { body: { code: person.code(), purpose: 'two-factor.replace' } })
    expect((await problemOf(browser.call(deactivateTwoFactor))).code).toBe('step-up-required')
    await browser.call(stepUp, { body: { code: person.code() } })
    await browser.call(deactivateTwoFactor)
    expect(await browser.call(getTwoFactor)).toMatchObject({ status: 'disabled', recoveryCodes: null })
  })
})
