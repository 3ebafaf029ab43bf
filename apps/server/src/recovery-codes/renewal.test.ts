import { getAccount } from '@latchkey/contract/profile'
import { confirmRecoveryCodes, renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { showSecondFactor } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, deactivateTwoFactor, getTwoFactor, resetSecret } from '@latchkey/contract/two-factor'
import { and, eq, isNotNull } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { type World, world } from '../testing/world.ts'

type Guarded = Awaited<ReturnType<World['withTwoFactor']>>

const HOUR = 60 * 60_000

describe.each(engines)('new recovery codes on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const codeOf = async (refused: Promise<unknown>) => (await problemOf(refused)).code
  /** Asks for new ones, with the proof it takes. */
  const renew = async (person: Guarded, browser: TestBrowser) => {
    await browser.call(stepUp, { body: { code: person.code(), purpose: 'recovery-codes.renew' } })
    return browser.call(renewRecoveryCodes)
  }
  const typeBack = (browser: TestBrowser, recoveryCode = '') =>
    browser.call(confirmRecoveryCodes, { body: { recoveryCode } })
  const sheetOf = async (browser: TestBrowser) => (await browser.call(getTwoFactor)).recoveryCodes
  /** Whether somebody gets in with this recovery code. */
  const opens = async (person: Guarded, recoveryCode = '') => {
    const browser = await w.browserOf(person)
    const answer = await browser.send('POST', '/api/v1/sign-in/second-factor', { body: { recoveryCode } })
    return answer.ok
  }
  const nothing = '222222-222222-222222-222222'

  test('RC-04 they take a proof by the second factor; a password, or nothing, shows none', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    expect(await codeOf(browser.call(renewRecoveryCodes))).toBe('step-up-required')
    await problemOf(browser.call(stepUp, { body: { password: person.password } }))
    expect(await codeOf(browser.call(renewRecoveryCodes))).toBe('step-up-required')
    const { recoveryCodes } = await renew(person, browser)
    expect(new Set([...recoveryCodes, ...person.recoveryCodes]).size).toBe(20)
    expect(await codeOf(browser.call(renewRecoveryCodes))).toBe('step-up-required')
  })

  test('RC-04 TO-08 whoever came in with the last code and has no phone makes new ones at once, and nothing else', async () => {
    const person = await w.withTwoFactor()
    for (const code of person.recoveryCodes.slice(1)) expect(await opens(person, code)).toBe(true)
    const enter = async (recoveryCode = '') => {
      const browser = await w.browserOf(person)
      await browser.call(showSecondFactor, { body: { recoveryCode } })
      return browser
    }
    const browser = await enter(person.recoveryCodes[0])
    for (const another of [deactivateTwoFactor, resetSecret, beginAuthenticator])
      expect(await codeOf(browser.call(another))).toBe('step-up-required')
    const { recoveryCodes } = await browser.call(renewRecoveryCodes)
    expect(await codeOf(browser.call(renewRecoveryCodes))).toBe('step-up-required')
    await typeBack(browser, recoveryCodes[0])

    const late = await enter(recoveryCodes[1])
    w.clock.advance(5 * 60_000)
    expect(await codeOf(late.call(renewRecoveryCodes))).toBe('step-up-required')
    // with the app at hand it asks, however fresh the sign-in
    expect(await codeOf((await person.enter()).call(renewRecoveryCodes))).toBe('step-up-required')
  })

  test('RC-04 two steps: shown, the old ones work and the new ones do not; typed back, it is the other way round', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes, recoverySetId } = await renew(person, browser)
    expect(recoveryCodes).toHaveLength(10)
    expect(recoverySetId).toMatch(/^[2-9A-HJ-NP-Z]{4}$/)
    expect(await sheetOf(browser)).toMatchObject({ setId: person.recoverySetId, left: 10 })
    expect(await opens(person, recoveryCodes[0])).toBe(false)
    expect(await opens(person, person.recoveryCodes[0])).toBe(true)

    await typeBack(browser, recoveryCodes[3])
    expect(await sheetOf(browser)).toMatchObject({ setId: recoverySetId, total: 10, left: 10 })
    for (const old of person.recoveryCodes.slice(1, 3)) expect(await opens(person, old)).toBe(false)
    expect(await opens(person, recoveryCodes[3])).toBe(true) // the one typed back stays usable
    expect(await opens(person, recoveryCodes[3])).toBe(false)
    expect(await sheetOf(browser)).toMatchObject({ left: 9 })
    expect(await codeOf(typeBack(browser, recoveryCodes[4]))).toBe('no-longer-valid')
  })

  test.each([
    ['whole', (code: string) => code],
    ['in lower case, without hyphens', (code: string) => code.toLowerCase().replaceAll('-', '')],
    ['its last group', (code: string) => code.slice(-6)],
    ['its last group in lower case, with blanks', (code: string) => code.slice(-6).toLowerCase().replace(/.../, '$& ')],
  ])('RC-01 one is typed back %s', async (_, spell) => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes, recoverySetId } = await renew(person, browser)
    await typeBack(browser, spell(recoveryCodes[9] ?? ''))
    expect(await sheetOf(browser)).toMatchObject({ setId: recoverySetId, left: 10 })
  })

  test('what is not of the new sheet confirms nothing: an old code, another group, a part that only ends right, a whole code with one letter off', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes } = await renew(person, browser)
    const [code = ''] = recoveryCodes
    const oneOff = (code.startsWith('A') ? 'B' : 'A') + code.slice(1)
    for (const wrong of [person.recoveryCodes[0], code.slice(0, 6), `222222-${code.slice(-6)}`, oneOff])
      expect(await problemOf(typeBack(browser, wrong))).toMatchObject({
        code: 'wrong-code',
        details: { pointer: '/recoveryCode' },
      })
    for (const unreadable of ['22222', 'x'.repeat(65), '22222ü', ''])
      expect(
        (await browser.send('POST', '/api/v1/account/recovery-codes/confirm', { body: { recoveryCode: unreadable } }))
          .status,
      ).toBe(422)
    await typeBack(browser, code)
  })

  test('RC-04 after five wrong ones the new sheet is gone, and the old one works as before', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes } = await renew(person, browser)
    for (let n = 0; n < 5; n++) expect(await codeOf(typeBack(browser, nothing))).toBe('wrong-code')
    const late = await problemOf(typeBack(browser, recoveryCodes[0]))
    expect(late).toMatchObject({ code: 'no-longer-valid', status: 410 })
    expect(await sheetOf(browser)).toMatchObject({ setId: person.recoverySetId, left: 10 })
    expect(await opens(person, recoveryCodes[0])).toBe(false)
    expect(await opens(person, person.recoveryCodes[0])).toBe(true)
  })

  test('RC-04 a sheet that was never confirmed is none: asked for again, the first is dead; after an hour the second is', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const first = await renew(person, browser)
    const second = await renew(person, browser)
    expect(await codeOf(typeBack(browser, first.recoveryCodes[0]))).toBe('wrong-code')
    w.clock.advance(HOUR)
    const later = await person.enter()
    expect(await codeOf(typeBack(later, second.recoveryCodes[0]))).toBe('no-longer-valid')
    expect(await sheetOf(later)).toMatchObject({ setId: person.recoverySetId, left: 10 })
  })

  test('codes used before are not used again, and used ones count for the sheet they are of', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes } = await renew(person, browser)
    for (const used of person.recoveryCodes.slice(0, 3)) expect(await opens(person, used)).toBe(true)
    expect(await sheetOf(browser)).toMatchObject({ setId: person.recoverySetId, left: 7 })
    await typeBack(browser, recoveryCodes[0])
    expect(await sheetOf(browser)).toMatchObject({ left: 10 })
  })

  test('a sheet that waits goes with the second factor', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes } = await renew(person, browser)
    await browser.call(stepUp, { body: { code: person.code() } })
    await browser.call(deactivateTwoFactor)
    expect(await codeOf(typeBack(browser, recoveryCodes[0]))).toBe('no-longer-valid')
    expect(await sheetOf(browser)).toBeNull()
  })

  test('a sheet is confirmed from whichever session of the person; nobody else can', async () => {
    const person = await w.withTwoFactor()
    const [browser, elsewhere] = [await person.enter(), await person.enter(other.url)]
    const stranger = await (await w.withTwoFactor()).enter()
    const { recoveryCodes, recoverySetId } = await renew(person, browser)
    expect(await codeOf(typeBack(stranger, recoveryCodes[0]))).toBe('no-longer-valid')
    await typeBack(elsewhere, recoveryCodes[0])
    expect(await sheetOf(browser)).toMatchObject({ setId: recoverySetId })
  })

  test('RC-02 neither a sheet that waits nor one in use can be read from the database or the log', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const { recoveryCodes } = await renew(person, browser)
    const { recoveryCodes: table } = w.db.tables
    const tails = async () =>
      (
        await w.db
          .select()
          .from(table)
          .where(and(eq(table.userId, person.id), isNotNull(table.tailHash)))
      ).length
    const isClean = async () => {
      const stolen = (await dump(w.db)) + w.log()
      for (const code of recoveryCodes)
        for (const part of [code, code.replaceAll('-', ''), ...code.split('-'), code.slice(-6).toLowerCase()])
          for (const form of [part, Buffer.from(part).toString('base64url'), Buffer.from(part).toString('hex')])
            expect(stolen.includes(form), form).toBe(false)
    }
    expect(await tails()).toBe(10)
    await isClean()
    await typeBack(browser, recoveryCodes[0]?.slice(-6))
    expect(await tails()).toBe(0)
    await isClean()
  })

  test('RC-04 CC-01 twenty renewed and confirmed at once on two servers leave one live sheet, whose codes one caller has', async () => {
    const person = await w.withTwoFactor()
    const browsers: TestBrowser[] = []
    for (let n = 0; n < 20; n++) browsers.push(await person.enter(n % 2 ? w.url : other.url))
    await w.db.write(async (tx) => {
      // as if each had just confirmed who they are: twenty codes take longer than a proof lasts
      const now = w.deps.now()
      const proof = { grantPurpose: 'any', grantExpiresAt: now + 60_000, lastAuthenticationAt: now }
      await tx.update(tx.tables.sessions).set(proof).where(eq(tx.tables.sessions.userId, person.id))
    })

    const outcomes = await Promise.all(
      browsers.map(async (browser) => {
        const { recoveryCodes } = await browser.call(renewRecoveryCodes)
        const body = { recoveryCode: recoveryCodes[0] }
        const answer = await browser.send('POST', '/api/v1/account/recovery-codes/confirm', { body })
        return { recoveryCodes, status: answer.status }
      }),
    )
    for (const { status } of outcomes) expect([204, 401, 410]).toContain(status)
    const { recoverySets } = w.db.tables
    const sets = await w.db.select().from(recoverySets).where(eq(recoverySets.userId, person.id))
    expect(sets.filter(({ confirmedAt }) => confirmedAt !== null)).toHaveLength(1)

    const sheets = [...outcomes, { recoveryCodes: person.recoveryCodes, status: 0 }]
    const working: number[] = []
    for (const { recoveryCodes, status } of sheets) {
      const browser = await w.browserOf(person)
      const body = { recoveryCode: recoveryCodes[1] }
      if ((await browser.send('POST', '/api/v1/sign-in/second-factor', { body })).ok) working.push(status)
      await person.enter() // so that no run of failures pauses the account
    }
    expect(working).toEqual([outcomes.some(({ status }) => status === 204) ? 204 : 0])
  })

  test('RC-05 they replace the second factor and never the password: signing in with them is told, and counted', async () => {
    const person = await w.withTwoFactor()
    const browser = await w.browserOf(person)
    const body = { recoveryCode: person.recoveryCodes[0] ?? '' }
    expect(await browser.call(showSecondFactor, { body })).toEqual({ status: 'signed-in', recoveryCodesLeft: 9 })
    expect((await browser.call(getAccount)).twoFactor).toBe('active')
    const stranger = w.browser()
    const withoutPassword = stranger.call(showSecondFactor, { body: { recoveryCode: person.recoveryCodes[1] ?? '' } })
    expect(await codeOf(withoutPassword)).toBe('sign-in-expired')
    expect(await sheetOf(browser)).toMatchObject({ left: 9 })
  })
})
