import { showSecondFactor } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, validateAuthenticator } from '@latchkey/contract/two-factor'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode, toStartOfStep } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const STEP = 30_000
const PAUSE = 15 * 60_000

describe.each(engines)('a code of another time on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  /** Somebody signed in, at the first moment of a step, with the codes their app shows around now. */
  const guarded = async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const now = toStartOfStep(w)
    return { ...person, browser, code: (steps: number) => appCode(person.secret, now + steps * STEP) }
  }
  const confirm = (browser: TestBrowser, code: string) => browser.call(stepUp, { body: { code } })
  const refusalOf = async (browser: TestBrowser, code: string) => {
    const { code: what, details } = await problemOf(confirm(browser, code))
    return { what, clockOffset: details.clockOffset, serverTime: details.serverTime }
  }

  test('TO-03 is refused, and whoever is signed in is told by how much the clock that made it is off', async () => {
    for (const far of [
      [-10, -9, -8, -7, -6, -5, -4, -3, -2],
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]) {
      const { browser, code } = await guarded()
      for (const steps of far) {
        const serverTime = expect.any(String)
        const refused = await refusalOf(browser, code(steps))
        expect(refused).toEqual({ what: 'wrong-code', clockOffset: steps * 30, serverTime })
        const off = Date.parse(refused.serverTime ?? '') - w.deps.now()
        expect([Math.abs(off) < STEP, refused.serverTime]).toEqual([true, expect.stringMatching(/^\d{4}-.*Z$/)])
      }
    }
  })

  test('TO-03 further off than five minutes it is a wrong code like any other', async () => {
    const { browser, code } = await guarded()
    for (const steps of [-12, -11, 11, 12])
      expect(await refusalOf(browser, code(steps))).toEqual({ what: 'wrong-code' })
  })

  test('TO-10 it is counted like any other: after ten in a row the account pauses', async () => {
    const { browser, code, code: rightCode } = await guarded()
    for (let n = 0; n < 10; n++) expect((await refusalOf(browser, code(-2 - (n % 5)))).what).toBe('wrong-code')
    expect(await refusalOf(browser, code(-3))).toEqual({ what: 'too-many-attempts' })
    expect(await refusalOf(browser, rightCode(0))).toEqual({ what: 'too-many-attempts' })
    w.clock.advance(PAUSE)
  })

  test('TO-04 one that came early and was named as such is not accepted when its time comes, here or at a sign-in', async () => {
    const person = await guarded()
    expect(await refusalOf(person.browser, person.code(4))).toMatchObject({ clockOffset: 120 })
    expect(await refusalOf(person.browser, person.code(6))).toMatchObject({ clockOffset: 180 })
    w.clock.advance(4 * STEP)
    expect(await refusalOf(person.browser, person.code(4))).toEqual({ what: 'code-already-used' })
    const halfway = await w.browserOf(person)
    const atSignIn = halfway.call(showSecondFactor, { body: { code: person.code(4) } })
    expect((await problemOf(atSignIn)).code).toBe('code-already-used')
    w.clock.advance(STEP)
    expect(await refusalOf(person.browser, person.code(4))).toEqual({ what: 'code-already-used' })
    await halfway.call(showSecondFactor, { body: { code: person.code(5) } })
    w.clock.advance(STEP)
    expect(await refusalOf(person.browser, person.code(6))).toEqual({ what: 'code-already-used' })
  })

  test('one that came late changes nothing: the present one is accepted', async () => {
    const person = await guarded()
    expect(await refusalOf(person.browser, person.code(-3))).toMatchObject({ clockOffset: -90 })
    await confirm(person.browser, person.code(0))
  })

  test('TO-03 SI-01 while signing in nobody is told: the answer is that to any wrong code, and nothing is remembered', async () => {
    const person = await guarded()
    const halfway = await w.browserOf(person)
    const answerTo = async (code: string) => {
      const answer = await halfway.send('POST', '/api/v1/sign-in/second-factor', { body: { code } })
      const { requestId: _, ...body } = (await answer.json()) as Record<string, unknown>
      return body
    }
    const beyond = await answerTo(person.code(40))
    expect(beyond).toMatchObject({ code: 'wrong-code', pointer: '/code' })
    for (const steps of [-5, 2, 3]) expect(await answerTo(person.code(steps))).toEqual(beyond)
    w.clock.advance(3 * STEP)
    await halfway.call(showSecondFactor, { body: { code: person.code(3) } })
  })

  test('TO-03 while an app is set up it is told as well, and the try is spent', async () => {
    const { browser } = await w.signedIn()
    const { secret } = await browser.call(beginAuthenticator)
    const now = toStartOfStep(w)
    const prove = (steps: number) =>
      browser.call(validateAuthenticator, { body: { code: appCode(secret, now + steps * STEP) } })
    const details = { pointer: '/code', serverTime: expect.any(String) }
    for (const steps of [-10, -2, 2, 10])
      expect(await problemOf(prove(steps))).toMatchObject({
        code: 'wrong-code',
        details: { ...details, clockOffset: steps * 30 },
      })
    const { details: beyond } = await problemOf(prove(11))
    expect([beyond.clockOffset, beyond.serverTime]).toEqual([undefined, undefined])
    expect((await problemOf(prove(0))).code).toBe('no-longer-valid')
  })

  test('a code of somebody else’s app is a wrong code like any other', async () => {
    const [one, another] = [await guarded(), await guarded()]
    expect(await refusalOf(one.browser, another.code(3))).toEqual({ what: 'wrong-code' })
  })
})
