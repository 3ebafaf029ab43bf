import { codeAt, stepAt } from '@latchkey/auth-core/totp'
import type { Endpoint } from '@latchkey/contract/endpoint'
import { getAccount } from '@latchkey/contract/profile'
import { renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { enrolAtSignIn, showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { type StepUpPurpose, stepUp } from '@latchkey/contract/step-up'
import {
  beginAuthenticator,
  cancelSetUp,
  deactivateTwoFactor,
  getTwoFactor,
  resetSecret,
  setUpLater,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type Person, type World, world } from '../testing/world.ts'

type Guarded = Awaited<ReturnType<World['withTwoFactor']>>

describe.each(engines)('two-factor authentication on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const signInAs = ({ username, password }: Person, browser = w.browser()) =>
    browser.call(signIn, { body: { username, password } })
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const codeOf = async (refused: Promise<unknown>) => (await problemOf(refused)).code
  const prove = (person: Guarded, browser: TestBrowser, purpose?: StepUpPurpose) =>
    browser.call(stepUp, { body: { code: person.code(), ...(purpose && { purpose }) } })
  /** An administrator demands, or no longer demands, a second factor of one person. */
  const demandOf = async ({ id }: { id: string }, requireTwoFactor: boolean) => {
    const { browser } = await w.signedIn({ role: 'administrator' })
    await browser.call(updateUser, { params: { id }, body: { requireTwoFactor } })
  }

  test('a proved code turns it on, hands out ten codes once and signs everybody out', async () => {
    const { browser } = await w.signedIn()
    const { secret } = await browser.call(beginAuthenticator)
    const reply = await browser.call(validateAuthenticator, { body: { code: codeAt(secret, stepAt(w.deps.now())) } })

    expect(reply.recoveryCodes).toHaveLength(10)
    expect(reply.signedOut).toBe(true)
    expect(await codeOf(browser.call(getAccount))).toBe('not-signed-in')
  })

  test('signing in then takes a code, or a recovery code, each once', async () => {
    const person = await w.withTwoFactor()
    const browser = w.browser()
    const reply = await signInAs(person, browser)
    expect(reply).toEqual({ status: 'second-factor-required', methods: ['totp', 'recovery-code'] })
    await browser.call(showSecondFactor, { body: { code: person.code() } })
    expect((await browser.call(getAccount)).twoFactor).toBe('active')

    const second = await w.browserOf(person)
    const used = { recoveryCode: person.recoveryCodes[0]?.toLowerCase().replaceAll('-', ' ') ?? '' }
    expect(await second.call(showSecondFactor, { body: used })).toEqual({ status: 'signed-in', recoveryCodesLeft: 9 })

    const third = await w.browserOf(person)
    expect(await codeOf(third.call(showSecondFactor, { body: used }))).toBe('wrong-code')
  })

  test('set up later: Pending from then on, asked for at the next sign-in, and cancelled without a trace', async () => {
    const someone = await w.signedIn()
    const { browser } = someone
    const began = w.deps.now()
    const pending = await browser.call(setUpLater)
    expect(pending).toMatchObject({ status: 'pending', required: false, lastUsedAt: null, recoveryCodes: null })
    expect(pending.since).toBeGreaterThanOrEqual(began)
    expect((await browser.call(getAccount)).twoFactor).toBe('pending')
    w.clock.advance(1000)
    expect(await browser.call(setUpLater)).toEqual(pending)

    const halfway = w.browser()
    const asked = await signInAs(someone, halfway)
    if (asked.status !== 'enrolment-required') throw new Error(asked.status)
    await browser.call(cancelSetUp)
    expect(await browser.call(getTwoFactor)).toMatchObject({ status: 'disabled', since: null })
    const late = halfway.call(enrolAtSignIn, { body: { code: appCode(asked.secret, w.deps.now()) } })
    expect(await codeOf(late)).toBe('no-longer-valid')
    expect(await signInAs(someone)).toEqual({ status: 'signed-in' })
  })

  test('what does not fit the state is refused as such, before anybody is asked for a proof', async () => {
    const { browser } = await w.signedIn()
    for (const action of [resetSecret, deactivateTwoFactor, renewRecoveryCodes])
      expect(await problemOf(browser.call(action))).toMatchObject({ code: 'wrong-state', status: 409 })
    await browser.call(setUpLater)
    for (const action of [resetSecret, deactivateTwoFactor, renewRecoveryCodes])
      expect(await problemOf(browser.call(action))).toMatchObject({ code: 'wrong-state', status: 409 })

    const active = await (await w.withTwoFactor()).enter()
    for (const action of [setUpLater, cancelSetUp])
      expect(await problemOf(active.call(action))).toMatchObject({ code: 'wrong-state', status: 409 })
    expect((await active.call(getAccount)).twoFactor).toBe('active')
  })

  test('resetting the secret: Pending, old codes and recovery codes dead at once, everybody else signed out', async () => {
    const person = await w.withTwoFactor()
    const [browser, elsewhere, farAway] = [await person.enter(), await person.enter(), await person.enter(other.url)]
    const halfway = await w.browserOf(person)
    await prove(person, browser, 'two-factor.reset')
    expect(await browser.call(resetSecret)).toMatchObject({ status: 'pending', required: false, recoveryCodes: null })

    expect(await isSignedIn(browser)).toBe(true)
    for (const closed of [elsewhere, farAway]) expect(await isSignedIn(closed)).toBe(false)
    const [recoveryCode = ''] = person.recoveryCodes
    for (const body of [{ code: person.code() }, { recoveryCode }]) {
      expect(await codeOf(halfway.call(showSecondFactor, { body }))).toBe('sign-in-expired')
      expect(await codeOf(browser.call(stepUp, { body }))).toBe('step-up-required')
    }

    const again = w.browser()
    const asked = await signInAs(person, again)
    if (asked.status !== 'enrolment-required') throw new Error(asked.status)
    expect(asked.secret).not.toBe(person.secret)
    expect(await codeOf(again.call(enrolAtSignIn, { body: { code: person.code() } }))).toBe('wrong-code')
    expect(await codeOf(again.call(showSecondFactor, { body: { recoveryCode } }))).toBe('sign-in-expired')
    const afterwards = await signInAs(person, again)
    if (afterwards.status !== 'enrolment-required') throw new Error(afterwards.status)
    const code = appCode(afterwards.secret, w.deps.now())
    const { recoveryCodes, recoverySetId } = await again.call(enrolAtSignIn, { body: { code } })
    expect(recoveryCodes).toHaveLength(10)
    expect(recoverySetId).not.toBe(person.recoverySetId)
    expect(await isSignedIn(browser)).toBe(false)
  })

  test('turning it off: Disabled, nothing is left of it, everybody else signed out, the password alone lets in', async () => {
    const person = await w.withTwoFactor()
    const [browser, elsewhere] = [await person.enter(), await person.enter(other.url)]
    const halfway = await w.browserOf(person)
    await prove(person, browser, 'two-factor.deactivate')
    await browser.call(deactivateTwoFactor)
    expect(await browser.call(getTwoFactor)).toEqual({
      ...{ status: 'disabled', required: false, since: null, lastUsedAt: null, recoveryCodes: null },
    })
    expect(await isSignedIn(elsewhere)).toBe(false)
    const late = halfway.call(showSecondFactor, { body: { code: person.code() } })
    expect(await codeOf(late)).toBe('sign-in-expired')
    expect(await signInAs(person)).toEqual({ status: 'signed-in' })
    expect(await remains(person)).toEqual({ authenticators: 0, candidates: 0, live: 0, waiting: 0 })
  })

  test('turning it off with a recovery code works as well', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    await browser.call(stepUp, { body: { recoveryCode: person.recoveryCodes[0] ?? '' } })
    await browser.call(deactivateTwoFactor)
    expect((await browser.call(getAccount)).twoFactor).toBe('disabled')
  })

  describe('where it is required', () => {
    const byPolicy = (requireTwoFactor: 'everyone' | 'administrators') => (_: Person, work: () => Promise<void>) =>
      w.underPolicy({ requireTwoFactor }, work)
    const byPerson = async (of: Person, work: () => Promise<void>) => {
      await demandOf(of, true)
      await work()
      await demandOf(of, false)
    }

    test.each([
      ['of everyone', 'member', byPolicy('everyone')],
      ['of administrators', 'administrator', byPolicy('administrators')],
      ['of one person', 'member', byPerson],
    ] as const)('%s: a proved one can be replaced, but not taken away', async (_, role, demanding) => {
      const person = await w.withTwoFactor({ role })
      const browser = await person.enter()
      await demanding(person, async () => {
        expect(await browser.call(getTwoFactor)).toMatchObject({ status: 'active', required: true })
        const refused = await problemOf(browser.call(deactivateTwoFactor))
        expect(refused).toMatchObject({ code: 'required-by-policy', status: 409 })
        await prove(person, browser)
        expect(await codeOf(browser.call(deactivateTwoFactor))).toBe('required-by-policy')
        expect(await browser.call(resetSecret)).toMatchObject({ status: 'pending', required: true })
        expect(await problemOf(browser.call(cancelSetUp))).toMatchObject({ code: 'required-by-policy', status: 409 })
        expect((await signInAs(person)).status).toBe('enrolment-required')
      })
      expect(await browser.call(getTwoFactor)).toMatchObject({ status: 'pending', required: false })
      await browser.call(cancelSetUp)
      expect((await signInAs(person)).status).toBe('signed-in')
    })

    test.each([
      ['of everyone', 'member', byPolicy('everyone')],
      ['of administrators', 'administrator', byPolicy('administrators')],
      ['of one person', 'member', byPerson],
    ] as const)('%s: who has none is Pending, and asked for it at the next sign-in', async (_, role, demanding) => {
      const someone = await w.signedIn({ role })
      await demanding(someone, async () => {
        expect(await someone.browser.call(getTwoFactor)).toMatchObject({ status: 'pending', required: true })
        expect(await codeOf(someone.browser.call(cancelSetUp))).toBe('required-by-policy')
        expect((await signInAs(someone)).status).toBe('enrolment-required')
      })
      expect(await someone.browser.call(getTwoFactor)).toMatchObject({ status: 'disabled', required: false })
      expect((await signInAs(someone)).status).toBe('signed-in')
    })

    test('of administrators: it is not of members', async () => {
      const member = await w.person()
      await w.underPolicy({ requireTwoFactor: 'administrators' }, async () =>
        expect((await signInAs(member)).status).toBe('signed-in'),
      )
    })
  })

  describe('TO-08 SE-07 a proof is for one action, and for this one', () => {
    const actions: [StepUpPurpose, Endpoint][] = [
      ['two-factor.replace', beginAuthenticator],
      ['recovery-codes.renew', renewRecoveryCodes],
      ['two-factor.reset', resetSecret],
      ['two-factor.deactivate', deactivateTwoFactor],
    ]
    test.each(actions)('TO-08 %s', async (purpose, action) => {
      const person = await w.withTwoFactor()
      const [browser, elsewhere] = [await person.enter(), await person.enter()]
      const isRefused = async (asking: TestBrowser, what: Endpoint) =>
        expect(await problemOf(asking.call(what))).toMatchObject({ code: 'step-up-required', status: 403 })

      await isRefused(browser, action) // having signed in a moment ago is no proof for it
      expect(await codeOf(browser.call(stepUp, { body: { password: person.password, purpose } }))).toBe(
        'step-up-required',
      )
      await isRefused(browser, action)
      for (const [another] of actions.filter(([name]) => name !== purpose)) {
        await prove(person, browser, another)
        await isRefused(browser, action)
      }
      await prove(person, browser, purpose)
      for (const [, another] of actions.filter(([name]) => name !== purpose)) await isRefused(browser, another)
      await isRefused(elsewhere, action)
      await browser.call(action)
      if (purpose === 'two-factor.replace' || purpose === 'recovery-codes.renew') await isRefused(browser, action)
      else expect(await codeOf(browser.call(action))).toBe('wrong-state')
    })

    test('TO-08 a proof is gone after five minutes, however often it was not used', async () => {
      const person = await w.withTwoFactor()
      const browser = await person.enter()
      await prove(person, browser, 'two-factor.deactivate')
      w.clock.advance(5 * 60_000 + 1)
      expect(await codeOf(browser.call(deactivateTwoFactor))).toBe('step-up-required')
    })
  })

  test('CC-02 turning off, replacing, renewing and a reset by an administrator at once never leave half of anything', async () => {
    for (let round = 0; round < 6; round++) {
      const isReset = round % 2 === 1
      const person = await w.withTwoFactor()
      const [off, replace, renew] = [await person.enter(), await person.enter(other.url), await person.enter(other.url)]
      await prove(person, replace)
      const { secret } = await replace.call(beginAuthenticator)
      for (const browser of [off, renew]) await prove(person, browser)
      const { browser: administrator } = await w.signedIn({ role: 'administrator' })

      const ask = (browser: TestBrowser, { method, path }: Endpoint, body?: unknown) =>
        browser.send(method, `/api/v1${path.replace(':id', person.id)}`, { body })
      const answers = await Promise.all([
        ask(replace, validateAuthenticator, { code: appCode(secret, w.deps.now()) }),
        ask(renew, renewRecoveryCodes),
        ...(isReset ? [] : [ask(off, deactivateTwoFactor)]),
        ...(isReset ? [ask(administrator, updateUser, { twoFactorActive: false })] : []),
      ])
      for (const { status } of answers) expect([200, 201, 204, 401, 403, 409, 410]).toContain(status)
      const { authenticators, live, waiting, candidates } = await remains(person)
      if (isReset) expect(authenticators).toBe(0)
      expect([live, candidates]).toEqual([authenticators, 0])
      expect(waiting).toBeLessThanOrEqual(authenticators)
      expect((await signInAs(person)).status).toBe(authenticators ? 'second-factor-required' : 'signed-in')
    }
  })

  /** Rows in which a second factor of this person lives on. */
  async function remains({ id }: { id: string }) {
    const { authenticators, authenticatorCandidates, recoverySets } = w.db.tables
    const sets = await w.db.select().from(recoverySets).where(eq(recoverySets.userId, id))
    const of = async (table: typeof authenticators | typeof authenticatorCandidates) =>
      (await w.db.select().from(table).where(eq(table.userId, id))).length
    return {
      authenticators: await of(authenticators),
      candidates: await of(authenticatorCandidates),
      live: sets.filter(({ confirmedAt }) => confirmedAt !== null).length,
      waiting: sets.filter(({ confirmedAt }) => confirmedAt === null).length,
    }
  }
})
