import { changePassword } from '@latchkey/contract/password'
import { updatePolicy } from '@latchkey/contract/policy'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { confirmRecoveryCodes, renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { endOtherSessions, endSession, listSessions } from '@latchkey/contract/sessions'
import { completeSetup, getSetup } from '@latchkey/contract/setup'
import { chooseNewPassword, enrolAtSignIn, showSecondFactor, signIn, signOut } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import {
  beginAuthenticator,
  cancelSetUp,
  deactivateTwoFactor,
  getTwoFactor,
  resetSecret,
  setUpLater,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { createUser, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSetupToken } from '../installation/installation.ts'
import { appCode, wrongCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { withoutActivity } from '../testing/troubled-db.ts'
import { type World, world } from '../testing/world.ts'

const newPassword = 'wander quartz ember lagoon'

describe.each(engines)('the activity on %s', (engine) => {
  let w: World
  /** a server that works in every way but one: it cannot write down what it does */
  let mute: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    mute = await w.second({ db: withoutActivity(w.db) })
  })
  afterAll(() => w.close())

  const told = async (subject: { id: string } | null) => {
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity)
    return rows.filter(({ subjectId }) => subjectId === (subject?.id ?? null))
  }
  /** What a piece of work wrote down about somebody, and the request it says it was. */
  const during = async (subject: { id: string } | null, work: () => Promise<Response>) => {
    const before = new Set((await told(subject)).map(({ id }) => id))
    const began = w.deps.now()
    const requestId = (await work()).headers.get('x-request-id')
    const rows = (await told(subject)).filter(({ id }) => !before.has(id))
    for (const row of rows) {
      expect(row.requestId).toBe(requestId)
      expect(row.at).toBeGreaterThanOrEqual(began)
      expect(row.at).toBeLessThanOrEqual(w.deps.now())
    }
    return rows.map(({ event, outcome, actorId, actorKind, sessionId, ipAddress, client, detail }) => ({
      what: `${event} ${outcome}`,
      by: actorId,
      through: actorKind,
      sessionId,
      ipAddress,
      client,
      detail,
    }))
  }
  const ownSession = async (browser: TestBrowser) =>
    (await browser.call(listSessions)).find(({ current }) => current)?.id
  const from = ({ address, userAgent }: TestBrowser) => ({ through: 'browser', ipAddress: address, client: userAgent })
  const stranger = (browser: TestBrowser) => ({ ...from(browser), by: null, sessionId: null })
  const owner = async ({ id }: { id: string }, browser: TestBrowser) => ({
    ...from(browser),
    by: id,
    sessionId: await ownSession(browser),
  })

  test('every step of signing in and out is told: whose account, who, from where, with what, when', async () => {
    const person = await w.withTwoFactor()
    const browser = w.browser()
    const post = (path: string, body?: unknown) => () => browser.send('POST', `/api/v1${path}`, { body })
    const { username, password } = person

    expect(await during(null, post('/sign-in', { username: 'nobody', password }))).toEqual([
      { ...stranger(browser), what: 'sign-in failure', detail: { step: 'password' } },
    ])
    expect(await during(person, post('/sign-in', { username, password: 'a wrong password' }))).toEqual([
      { ...stranger(browser), what: 'sign-in failure', detail: { step: 'password' } },
    ])
    expect(await during(person, post('/sign-in', { username, password }))).toEqual([])
    expect(
      await during(person, post('/sign-in/second-factor', { code: wrongCode(person.secret, w.deps.now()) })),
    ).toEqual([{ ...stranger(browser), what: 'sign-in.second-factor failure', detail: { reason: 'wrong' } }])
    const entered = await during(person, post('/sign-in/second-factor', { code: person.code() }))
    const me = await owner(person, browser)
    expect(entered).toEqual([
      { ...me, sessionId: null, what: 'sign-in.second-factor success', detail: { method: 'totp' } },
      { ...me, what: 'sign-in success', detail: { methods: 'password totp' } },
    ])
    expect(await during(person, post('/sign-out'))).toEqual([{ ...me, what: 'sign-out success', detail: null }])
    expect(await during(person, post('/sign-out'))).toEqual([])

    await browser.call(signIn, { body: { username, password } })
    const [recoveryCode] = person.recoveryCodes
    const recovered = await during(person, post('/sign-in/second-factor', { recoveryCode }))
    expect(recovered.map(({ what, detail }) => ({ what, detail }))).toEqual([
      { what: 'sign-in.second-factor success', detail: { method: 'recovery-code' } },
      { what: 'recovery-code.used success', detail: { left: 9 } },
      { what: 'sign-in success', detail: { methods: 'password recovery-code' } },
    ])
  })

  test('every change somebody makes to their account is told once, and so is every attempt that failed', async () => {
    const someone = await w.signedIn()
    const { browser, password } = someone
    const others = [await w.browserOf(someone), await w.browserOf(someone)]
    const ask = (method: string, path: string, body?: unknown) => () =>
      browser.send(method, `/api/v1/account${path}`, { body })
    const confirm = (body: unknown) => () => browser.send('POST', '/api/v1/step-up', { body })
    const me = await owner(someone, browser)

    const closed = await ownSession(others[0] as TestBrowser)
    const changes: [() => Promise<Response>, string, unknown?][] = [
      [ask('PATCH', '', { displayName: 'Another' }), 'profile.changed success'],
      [ask('DELETE', `/sessions/${closed}`), 'session.ended success'],
      [confirm({ password: 'a wrong password' }), 'step-up failure', { method: 'password' }],
      [confirm({ password }), 'step-up success', { method: 'password' }],
      [ask('DELETE', '/sessions'), 'sessions.ended success', { count: 1 }],
      [ask('PUT', '/password', { currentPassword: 'a wrong one', newPassword }), 'password.changed failure'],
      [
        ask('PUT', '/password', { currentPassword: password, newPassword }),
        'password.changed success',
        { sessionsEnded: 0 },
      ],
    ]
    for (const [work, what, detail = null] of changes)
      expect(await during(someone, work)).toEqual([{ ...me, what, detail }])

    const { secret } = await browser.call(beginAuthenticator)
    const wrong = { code: wrongCode(secret, w.deps.now()) }
    const right = { code: appCode(secret, w.deps.now() - 30_000) }
    const validate = '/two-factor/authenticator/validate'
    expect(await during(someone, ask('POST', validate, wrong))).toEqual([
      { ...me, what: 'two-factor.enabled failure', detail: null },
    ])
    expect(await during(someone, ask('POST', validate, right))).toEqual([
      { ...me, what: 'two-factor.enabled success', detail: null },
    ])
  })

  test('turning the second factor off and replacing it are told by their names', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const me = await owner(person, browser)
    const ask = (method: string, path: string, body?: unknown) => () => browser.send(method, `/api/v1${path}`, { body })
    const proof = async () => ask('POST', '/step-up', { code: person.code() })()
    expect(await during(person, proof)).toEqual([{ ...me, what: 'step-up success', detail: { method: 'totp' } }])
    const { secret } = await browser.call(beginAuthenticator)
    const code = appCode(secret, w.deps.now())
    expect(await during(person, ask('POST', '/account/two-factor/authenticator/validate', { code }))).toEqual([
      { ...me, what: 'two-factor.replaced success', detail: null },
    ])
    w.clock.advance(30_000)
    await browser.call(stepUp, { body: { code: appCode(secret, w.deps.now()) } })
    expect(await during(person, ask('DELETE', '/account/two-factor'))).toEqual([
      { ...me, what: 'two-factor.deactivated success', detail: null },
    ])
  })

  test('setting up later, a reset secret, new recovery codes and a set-up at a sign-in are told by their names', async () => {
    const someone = await w.signedIn()
    const ask = (browser: TestBrowser, method: string, path: string, body?: unknown) => () =>
      browser.send(method, `/api/v1${path}`, { body })
    const me = await owner(someone, someone.browser)
    const pending = '/account/two-factor/pending'
    expect(await during(someone, ask(someone.browser, 'POST', pending))).toEqual([
      { ...me, what: 'two-factor.pending success', detail: null },
    ])
    expect(await during(someone, ask(someone.browser, 'POST', pending))).toEqual([]) // I8: nothing changed
    expect(await during(someone, ask(someone.browser, 'DELETE', pending))).toEqual([
      { ...me, what: 'two-factor.pending-cancelled success', detail: null },
    ])
    expect(await during(someone, ask(someone.browser, 'DELETE', pending))).toEqual([])

    const person = await w.withTwoFactor()
    const browser = await person.enter()
    const own = await owner(person, browser)
    await browser.call(stepUp, { body: { code: person.code() } })
    const shown = await during(person, ask(browser, 'POST', '/account/recovery-codes'))
    const set = { set: expect.stringMatching(/^\w{4}$/) }
    expect(shown).toEqual([{ ...own, what: 'recovery-codes.shown success', detail: set }])
    const wrong = { recoveryCode: '222222' }
    expect(await during(person, ask(browser, 'POST', '/account/recovery-codes/confirm', wrong))).toEqual([
      { ...own, what: 'recovery-codes.renewed failure', detail: null },
    ])
    await browser.call(stepUp, { body: { code: person.code() } })
    const { recoveryCodes } = await browser.call(renewRecoveryCodes)
    const right = { recoveryCode: recoveryCodes[0] }
    expect(await during(person, ask(browser, 'POST', '/account/recovery-codes/confirm', right))).toEqual([
      { ...own, what: 'recovery-codes.renewed success', detail: set },
    ])
    await browser.call(stepUp, { body: { code: person.code() } })
    expect(await during(person, ask(browser, 'POST', '/account/two-factor/reset-secret'))).toEqual([
      { ...own, what: 'two-factor.secret-reset success', detail: null },
    ])

    const halfway = w.browser()
    const asked = await halfway.call(signIn, { body: { username: person.username, password: person.password } })
    if (asked.status !== 'enrolment-required') throw new Error(asked.status)
    const enrol = (code: string) => ask(halfway, 'POST', '/sign-in/enrolment', { code })
    expect(await during(person, enrol(wrongCode(asked.secret, w.deps.now())))).toEqual([
      { ...stranger(halfway), what: 'two-factor.enabled failure', detail: null },
    ])
    const told = await during(person, enrol(appCode(asked.secret, w.deps.now())))
    const inside = await owner(person, halfway)
    expect(told.toSorted((a, b) => a.what.localeCompare(b.what))).toEqual([
      { ...inside, what: 'sign-in success', detail: { methods: 'password totp' } },
      { ...inside, what: 'two-factor.enabled success', detail: null },
    ])
  })

  test('who signs in over somebody else ends their session, and they are told', async () => {
    const [first, second] = [await w.signedIn(), await w.person()]
    const { browser } = first
    const credentials = { username: second.username, password: second.password }
    const rows = await during(first, () => browser.send('POST', '/api/v1/sign-in', { body: credentials }))
    expect(rows).toMatchObject([{ ...from(browser), what: 'session.ended success', by: second.id }])
  })

  test('nothing a person typed is kept in it: no wrong password, no code, no unknown name', async () => {
    const person = await w.withTwoFactor()
    const browser = w.browser()
    const typed = ['canary-of-a-password', 'canary-of-a-name', person.code(), ...person.recoveryCodes.slice(0, 1)]
    const [password = '', username = '', code = '', recoveryCode = ''] = typed
    await problemOf(browser.call(signIn, { body: { username: password, password: username } }))
    await problemOf(browser.call(signIn, { body: { username: person.username, password } }))
    await browser.call(signIn, { body: { username: person.username, password: person.password } })
    await problemOf(browser.call(showSecondFactor, { body: { recoveryCode: '222222-222222-222222-CANARY' } }))
    await browser.call(showSecondFactor, { body: { code } })
    await browser.call(stepUp, { body: { recoveryCode } })
    const rows = JSON.stringify(await w.db.select().from(w.db.tables.activity)) + w.log()
    expect(rows.toLowerCase()).not.toContain('canary')
    for (const secret of [`"${code}"`, recoveryCode, person.password]) expect(rows).not.toContain(secret)
  })

  describe('LG-04 what cannot be written down does not happen', () => {
    /** The browser, asking the server that cannot write. */
    const atMute = ({ cookies, address }: TestBrowser) => {
      const copy = w.browser(mute.url, address)
      for (const [name, value] of cookies) copy.cookies.set(name, value)
      return copy
    }
    /** Everything but what is allowed to move: counted tries. */
    const state = async () => {
      const { attempts: _, ...tables } = w.db.tables
      return dump({ select: w.db.select, tables: tables as typeof w.db.tables })
    }
    const fails = async (browser: TestBrowser, work: (asking: TestBrowser) => Promise<unknown>) => {
      const asking = atMute(browser)
      const cookies = new Map(asking.cookies)
      const before = await state()
      expect((await problemOf(work(asking))).code).toBe('unexpected')
      expect(await state()).toBe(before)
      expect(asking.cookies).toEqual(cookies)
    }

    test('LG-04 no change to the account, no proof, no session closed, no signing out', async () => {
      const someone = await w.signedIn()
      const { browser, password } = someone
      const elsewhere = await w.browserOf(someone)
      const id = (await ownSession(elsewhere)) ?? ''
      await fails(browser, (asking) => asking.call(updateAccount, { body: { displayName: 'Never' } }))
      await fails(browser, (asking) =>
        asking.call(changePassword, { body: { currentPassword: password, newPassword } }),
      )
      await fails(browser, (asking) => asking.call(stepUp, { body: { password } }))
      await fails(browser, (asking) => asking.call(endSession, { params: { id } }))
      await fails(browser, (asking) => asking.call(endOtherSessions))
      await fails(browser, (asking) => asking.call(signOut))
      await fails(w.browser(), (asking) => asking.call(signIn, { body: { username: someone.username, password } }))
      expect((await browser.call(getAccount)).displayName).toBe(someone.displayName)
      await elsewhere.call(getAccount)
    })

    test('LG-04 no second factor turned on or off, and no code used up', async () => {
      const someone = await w.signedIn()
      const { secret } = await someone.browser.call(beginAuthenticator)
      const code = appCode(secret, w.deps.now())
      const asking = atMute(someone.browser)
      expect((await problemOf(asking.call(validateAuthenticator, { body: { code } }))).code).toBe('unexpected')
      expect(await someone.browser.call(getTwoFactor)).toMatchObject({ status: 'disabled', recoveryCodes: null })

      const person = await w.withTwoFactor()
      const halfway = await w.browserOf(person)
      const shown = { code: person.code() }
      const failed = atMute(halfway).call(showSecondFactor, { body: shown })
      expect((await problemOf(failed)).code).toBe('unexpected')
      await halfway.call(showSecondFactor, { body: shown })
      const recovery = { recoveryCode: person.recoveryCodes[0] ?? '' }
      await fails(halfway, (asking) => asking.call(stepUp, { body: recovery }))
      await halfway.call(stepUp, { body: recovery })
      await fails(halfway, (asking) => asking.call(deactivateTwoFactor))
      await halfway.call(deactivateTwoFactor)
    })

    test('LG-04 nothing an administrator does, and no policy', async () => {
      const [{ browser }, person] = [await w.signedIn({ role: 'administrator' }), await w.withTwoFactor()]
      const inside = await person.enter()
      const body = { username: 'never-made', displayName: 'Never', role: 'member', password: newPassword } as const
      await fails(browser, (asking) => asking.call(createUser, { body }))
      for (const change of [
        { displayName: 'Never' },
        { enabled: false },
        { password: newPassword },
        { twoFactorActive: false },
      ] as const)
        await fails(browser, (asking) => asking.call(updateUser, { params: { id: person.id }, body: change }))
      await fails(browser, (asking) => asking.call(updatePolicy, { body: { selfDeletion: false } }))
      expect((await inside.call(getAccount)).twoFactor).toBe('active')
    })

    test('LG-04 no other state of the second factor, no new recovery codes, and no proof used up for them', async () => {
      const someone = await w.signedIn()
      await fails(someone.browser, (asking) => asking.call(setUpLater))
      await someone.browser.call(setUpLater)
      await fails(someone.browser, (asking) => asking.call(cancelSetUp))

      const person = await w.withTwoFactor()
      const browser = await person.enter()
      await browser.call(stepUp, { body: { code: person.code() } })
      await fails(browser, (asking) => asking.call(resetSecret))
      await fails(browser, (asking) => asking.call(renewRecoveryCodes))
      const { recoveryCodes } = await browser.call(renewRecoveryCodes)
      const body = { recoveryCode: recoveryCodes[0] ?? '' }
      expect((await problemOf(atMute(browser).call(confirmRecoveryCodes, { body }))).code).toBe('unexpected')
      expect((await browser.call(getTwoFactor)).recoveryCodes?.setId).toBe(person.recoverySetId)
      await browser.call(confirmRecoveryCodes, { body })
    })

    test('LG-04 no step of signing in: what was set up or chosen in it is not', async () => {
      const someone = await w.signedIn()
      await someone.browser.call(setUpLater)
      const halfway = w.browser()
      const credentials = { username: someone.username, password: someone.password }
      const asked = await halfway.call(signIn, { body: credentials })
      if (asked.status !== 'enrolment-required') throw new Error(asked.status)
      const code = appCode(asked.secret, w.deps.now())
      const failed = atMute(halfway).call(enrolAtSignIn, { body: { code } })
      expect((await problemOf(failed)).code).toBe('unexpected')
      expect(await someone.browser.call(getTwoFactor)).toMatchObject({ status: 'pending', recoveryCodes: null })
      await halfway.call(enrolAtSignIn, { body: { code } })

      const [{ browser }, person] = [await w.signedIn({ role: 'administrator' }), await w.person()]
      const password = 'amber canyon whistle orbit'
      await browser.call(updateUser, { params: { id: person.id }, body: { password } })
      const choosing = await w.browserOf({ ...person, password })
      const muted = atMute(choosing).call(chooseNewPassword, { body: { newPassword } })
      expect((await problemOf(muted)).code).toBe('unexpected')
      expect(await choosing.call(chooseNewPassword, { body: { newPassword } })).toEqual({ status: 'signed-in' })
    })

    test('LG-04 no first administrator, and the link is still good', async () => {
      const fresh = await world(engine)
      try {
        const quiet = await fresh.second({ db: withoutActivity(fresh.db) })
        const token = await makeSetupToken(fresh.db, fresh.deps.now())
        const body = { token, username: 'alice', displayName: 'Alice', password: newPassword }
        const failed = fresh.browser(quiet.url).call(completeSetup, { body })
        expect((await problemOf(failed)).code).toBe('unexpected')
        expect(await fresh.browser().call(getSetup)).toEqual({ needed: true })

        const browser = fresh.browser()
        await browser.call(completeSetup, { body })
        const { id } = await browser.call(getAccount)
        const { activity } = fresh.db.tables
        expect(await fresh.db.select().from(activity).where(eq(activity.subjectId, id))).toMatchObject([
          {
            event: 'account.created',
            outcome: 'success',
            actorId: id,
            actorKind: 'setup-link',
            ipAddress: browser.address,
            client: browser.userAgent,
          },
          { event: 'sign-in', outcome: 'success', actorId: id, detail: { methods: 'setup-link' } },
        ])
      } finally {
        await fresh.close()
      }
    })
  })
})
