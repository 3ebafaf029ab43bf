import { getAccount } from '@latchkey/contract/profile'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, validateAuthenticator } from '@latchkey/contract/two-factor'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode, toStartOfStep, wrongCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const STEP = 30_000
const PAUSE = 15 * 60_000

describe.each(engines)('codes of an authenticator app on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const show = (browser: TestBrowser, code: unknown) =>
    browser.send('POST', '/api/v1/sign-in/second-factor', { body: { code } })
  /** What a code is answered with in a sign-in of its own. */
  const verdictOn = async (person: { username: string; password: string }, code: string, url?: string) => {
    const browser = w.browser(url)
    await browser.call(signIn, { body: { username: person.username, password: person.password } })
    const answer = await show(browser, code)
    return answer.ok ? 'signed-in' : ((await answer.json()) as { code: string }).code
  }

  test('TO-02 the codes are those of the standard, leading zeros and spaces included', async () => {
    const standardSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' // ASCII 12345678901234567890, RFC 6238 appendix B
    const vectors = [
      [59, '287082'],
      [1111111109, '081804'],
      [1111111111, '050471'],
      [1234567890, '005924'],
      [2000000000, '279037'],
      [20000000000, '353130'],
    ] as const
    for (const [seconds, code] of vectors) expect(appCode(standardSecret, seconds * 1000)).toBe(code)

    const person = await w.withTwoFactor()
    let wait = STEP
    while (!appCode(person.secret, w.deps.now() + wait).startsWith('0')) wait += STEP
    w.clock.advance(wait)
    toStartOfStepBefore()
    const code = appCode(person.secret, w.deps.now())
    const browser = await w.browserOf(person)
    expect((await show(browser, `${code.slice(0, 3)} ${code.slice(3)} `)).status).toBe(200)

    function toStartOfStepBefore() {
      w.clock.advance(-(w.deps.now() % STEP))
    }
  })

  test('TO-02 what is not six ASCII digits is refused as input and costs no try', async () => {
    const person = await w.withTwoFactor()
    const browser = await w.browserOf(person)
    const code = person.code()
    const malformed = [
      code.slice(1),
      `${code}0`,
      Number(code),
      `${code}\n`,
      code.replace(/./, '٣'),
      code.replace(/./, '３'),
      'abcdef',
      '-12345',
      '12.456',
      '',
      null,
      [code],
      { code },
    ]
    for (const typed of malformed) expect.soft((await show(browser, typed)).status, JSON.stringify(typed)).toBe(422)
    expect((await show(browser, code)).status).toBe(200)
  })

  test('TO-03 only the code of this half minute and of the one before is accepted, by the time of the server', async () => {
    const person = await w.withTwoFactor()
    w.clock.advance(4 * STEP)
    const now = toStartOfStep(w)
    const code = (steps: number) => appCode(person.secret, now + steps * STEP)
    for (const steps of [-3, -2, 1, 2, 3])
      expect.soft(await verdictOn(person, code(steps)), `step ${steps}`).toBe('wrong-code')
    expect(await verdictOn(person, code(-1))).toBe('signed-in')
    expect(await verdictOn(person, code(0))).toBe('signed-in')

    const browser = await w.browserOf(person)
    const clientTime = new Date(now + 2 * STEP).toUTCString()
    const headers = { date: clientTime, 'x-timestamp': String(now + 2 * STEP), 'x-client-time': clientTime }
    const answer = await browser.send('POST', '/api/v1/sign-in/second-factor', { body: { code: code(2) }, headers })
    expect(answer.status).toBe(401)
    const inBody = { code: code(2), time: now + 2 * STEP }
    expect((await browser.send('POST', '/api/v1/sign-in/second-factor', { body: inBody })).status).toBe(422)
  })

  test('TO-03 a phone that was half a minute fast when it was proved may stay so, and no more', async () => {
    const { browser, username, password } = await w.signedIn()
    const { secret } = await browser.call(beginAuthenticator)
    const enrolled = toStartOfStep(w)
    await browser.call(validateAuthenticator, { body: { code: appCode(secret, enrolled + STEP) } })
    w.clock.advance(4 * STEP)
    const now = w.deps.now()
    const verdict = (steps: number) => verdictOn({ username, password }, appCode(secret, now + steps * STEP))
    expect(await verdict(2)).toBe('wrong-code')
    expect(await verdict(-1)).toBe('wrong-code')
    expect(await verdict(0)).toBe('signed-in')
    expect(await verdict(1)).toBe('signed-in')
  })

  test('TO-04 a code works once, whatever it was used for, and none older than it works afterwards', async () => {
    const { browser, ...person } = await w.signedIn()
    const { secret } = await browser.call(beginAuthenticator)
    let now = toStartOfStep(w)
    await browser.call(validateAuthenticator, { body: { code: appCode(secret, now) } })
    expect(await verdictOn(person, appCode(secret, now))).toBe('code-already-used')
    expect(await verdictOn(person, appCode(secret, now - STEP))).toBe('code-already-used')

    w.clock.advance(STEP)
    now += STEP
    const inside = await w.browserOf(person)
    await inside.call(showSecondFactor, { body: { code: appCode(secret, now) } })
    expect(await verdictOn(person, appCode(secret, now), other.url)).toBe('code-already-used')
    const replayed = inside.call(stepUp, { body: { code: appCode(secret, now) } })
    expect((await problemOf(replayed)).code).toBe('code-already-used')

    w.clock.advance(STEP)
    now += STEP
    await inside.call(stepUp, { body: { code: appCode(secret, now) } })
    expect(await verdictOn(person, appCode(secret, now))).toBe('code-already-used')
  })

  test('TO-04 CC-01 one code shown thirty times at once, in sign-ins and step-ups on two servers, opens one thing', async () => {
    const person = await w.withTwoFactor()
    const inside = [await person.enter(), await person.enter(other.url)]
    for (let round = 0; round < 2; round++) {
      const halfway: TestBrowser[] = []
      for (const url of [w.url, other.url, w.url, other.url, w.url]) halfway.push(await w.browserOf(person, url))
      const body = { code: person.code() }

      const answers = await Promise.all([
        ...halfway.flatMap((browser) => [1, 2, 3, 4, 5].map(() => show(browser, body.code))),
        ...inside.flatMap((browser) => [1, 2, 3].map(() => browser.send('POST', '/api/v1/step-up', { body }))),
      ])
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
      expect(answers.filter(({ ok, status }) => !ok && status !== 401 && status !== 429)).toEqual([])
      w.clock.advance(PAUSE)
    }
  })

  test('TO-10 five wrong codes end one sign-in: not even the right one helps then', async () => {
    const person = await w.withTwoFactor()
    const browser = await w.browserOf(person)
    for (let n = 0; n < 5; n++) expect((await show(browser, wrongCode(person.secret, w.deps.now()))).status).toBe(401)
    const tooLate = browser.call(showSecondFactor, { body: { code: person.code() } })
    expect((await problemOf(tooLate)).code).toBe('sign-in-expired')
    await person.enter()
  })

  test('TO-10 ten wrong codes in a row pause the account on every server, and only a finished sign-in forgets them', async () => {
    const person = await w.withTwoFactor()
    const inside = await person.enter()
    const wrong = () => wrongCode(person.secret, w.deps.now())
    const guess = async (browser: TestBrowser, times: number) => {
      for (let n = 0; n < times; n++) expect((await show(browser, wrong())).status).toBe(401)
    }
    // over several sign-ins, in a step-up and as a recovery code: one count. A right password in between changes nothing
    await guess(await w.browserOf(person), 3)
    await guess(await w.browserOf(person, other.url), 3)
    const wrongRecovery = (await w.browserOf(person)).call(showSecondFactor, {
      body: { recoveryCode: '222222-222222-222222-222222' },
    })
    expect((await problemOf(wrongRecovery)).code).toBe('wrong-code')
    await inside.call(stepUp, { body: { code: person.code() } }) // right, but no sign-in
    expect((await problemOf(inside.call(stepUp, { body: { code: wrong() } }))).code).toBe('wrong-code')
    const passwordGuesser = w.browser()
    for (let n = 0; n < 4; n++)
      await problemOf(
        passwordGuesser.call(signIn, { body: { username: person.username, password: 'a wrong password' } }),
      )
    await guess(await w.browserOf(person), 2)

    for (const url of [w.url, other.url, (await w.second()).url]) {
      const halfway = await w.browserOf(person, url)
      const paused = await show(halfway, person.code())
      expect(paused.status).toBe(429)
      expect(Number(paused.headers.get('retry-after'))).toBeGreaterThan(PAUSE / 1000 - 120)
      expect(Number(paused.headers.get('retry-after'))).toBeLessThanOrEqual(PAUSE / 1000)
      const [recoveryCode = ''] = person.recoveryCodes
      expect((await problemOf(halfway.call(showSecondFactor, { body: { recoveryCode } }))).code).toBe(
        'too-many-attempts',
      )
    }
    expect((await problemOf(inside.call(stepUp, { body: { code: person.code() } }))).code).toBe('too-many-attempts')

    w.clock.advance(PAUSE)
    await person.enter(other.url)
    const afresh = await w.browserOf(person)
    await guess(afresh, 4)
    expect((await show(afresh, person.code())).status).toBe(200)
  })

  test('TO-10 a hundred wrong codes in a row disable the authenticator until a recovery code helps', async () => {
    const person = await w.withTwoFactor()
    for (let hundred = 0; hundred < 10; hundred++) {
      for (let challenge = 0; challenge < 2; challenge++) {
        const browser = await w.browserOf(person)
        for (let n = 0; n < 5; n++)
          expect((await show(browser, wrongCode(person.secret, w.deps.now()))).status).toBe(401)
      }
      w.clock.advance(PAUSE)
    }
    expect(await verdictOn(person, person.code())).toBe('wrong-code')

    const browser = await w.browserOf(person)
    await browser.call(showSecondFactor, { body: { recoveryCode: person.recoveryCodes[0] ?? '' } })
    expect((await browser.call(getAccount)).twoFactor).toBe('active')
    await person.enter()
  })
})
