import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword, getApiPassword } from '@latchkey/contract/api-password'
import { getAccount } from '@latchkey/contract/profile'
import { chooseNewPassword, enrolAtSignIn, signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import {
  beginAuthenticator,
  cancelSetUp,
  deactivateTwoFactor,
  resetSecret,
  setUpLater,
  validateAuthenticator,
} from '@latchkey/contract/two-factor'
import { createUser, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appCode, toStartOfStep } from '../testing/authenticator-app.ts'
import { basic, bearer } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const given = 'amber canyon whistle orbit'

describe.each(engines)('what HTTP Basic takes on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const accepts = async (username: string, password: string) =>
    (await w.client(basic(username, password)).send('GET', '/api/v1/account')).ok

  test('AP-04 seed 002: from the second factor on it refuses the account password and takes the API password', async () => {
    const { browser, username, password, ...person } = await w.signedIn()
    expect(await accepts(username, password)).toBe(true)
    expect((await browser.call(getApiPassword)).accountPasswordAccepted).toBe(true)
    await browser.call(setUpLater)
    expect(await accepts(username, password)).toBe(false) // Pending
    expect((await browser.call(getApiPassword)).accountPasswordAccepted).toBe(false)
    await browser.call(cancelSetUp)
    expect(await accepts(username, password)).toBe(true)
    await browser.call(setUpLater)

    const entering = w.browser()
    const half = await entering.call(signIn, { body: { username, password } })
    toStartOfStep(w)
    const code = appCode('secret' in half ? half.secret : '', w.deps.now())
    await entering.call(enrolAtSignIn, { body: { code } })
    expect(await accepts(username, password)).toBe(false) // Active
    const { apiPassword } = await entering.call(generateApiPassword)
    expect(await accepts(username, apiPassword)).toBe(true)
    expect(await entering.call(getApiPassword)).toMatchObject({ exists: true, accountPasswordAccepted: false })
    expect(await w.client(basic(username, apiPassword)).call(getAccount)).toMatchObject({ id: person.id })
  })

  test('AP-05 refuses in the same words whether name, password or place was wrong, and says where to make one', async () => {
    const plain = await w.person()
    const active = await w.withTwoFactor()
    const pending = await w.signedIn()
    await pending.browser.call(setUpLater)
    const disabled = await w.person()
    const administrator = await w.signedIn({ role: 'administrator' })
    await administrator.browser.call(updateUser, { params: { id: disabled.id }, body: { enabled: false } })
    const chosenFor = await w.person()
    await administrator.browser.call(updateUser, { params: { id: chosenFor.id }, body: { password: given } })
    const added = { username: `added-${engine}`, displayName: 'Added', role: 'member', password: given } as const
    await administrator.browser.call(createUser, { body: added })
    const { apiPassword } = await (await w.signedIn()).browser.call(generateApiPassword)
    const wrong = 'a wrong password for sure'

    const answers = new Map<string, string>()
    const ask = async (what: string, username: string, password: string) => {
      const answer = await w.client(basic(username, password)).send('GET', '/api/v1/account')
      const headers = [...answer.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)).toSorted()
      const body = (await answer.text()).replace(/"requestId":"[^"]+"/, '')
      answers.set(what, JSON.stringify([answer.status, headers, body]))
    }
    await ask('wrong password', plain.username, wrong)
    await ask('unknown name', 'nobody-here', wrong)
    await ask('name that nobody can have', 'a b c', wrong)
    await ask('2FA, right password', active.username, active.password)
    await ask('2FA, wrong password', active.username, wrong)
    await ask('Pending, right password', pending.username, pending.password)
    await ask('disabled, right password', disabled.username, disabled.password)
    await ask('disabled, wrong password', disabled.username, wrong)
    await ask('chosen by an administrator', chosenFor.username, given)
    await ask('of somebody added', added.username, given)
    await ask('service', (await w.person({ role: 'service' })).username, wrong)
    await ask('API password of another', plain.username, apiPassword)
    await ask('mistyped API password', plain.username, `${apiPassword.slice(0, -1)}-`)
    await w.underPolicy({ accountPasswordOnBasic: 'never' }, async () => {
      await ask('policy never, right password', plain.username, plain.password)
      await ask('policy never, wrong password', plain.username, wrong)
    })
    const [first, ...unlike] = new Set(answers.values())
    expect(unlike).toEqual([])
    expect(answers.size).toBe(15)
    const [status, , body] = JSON.parse(first ?? '[]') as [number, unknown, string]
    const { code, detail } = JSON.parse(body.replace(',}', '}'))
    expect([status, code]).toEqual([401, 'wrong-api-password'])
    expect(detail).toContain(`${w.origin}/settings/api-password`)
  })

  test('policy never: the account password is not taken from the next request on, the API password is', async () => {
    const { browser, username, password } = await w.signedIn()
    const { apiPassword } = await browser.call(generateApiPassword)
    expect(await accepts(username, password)).toBe(true)
    await w.underPolicy({ accountPasswordOnBasic: 'never' }, async () => {
      expect([await accepts(username, password), await accepts(username, apiPassword)]).toEqual([false, true])
      expect((await browser.call(getApiPassword)).accountPasswordAccepted).toBe(false)
    })
    expect(await accepts(username, password)).toBe(true)
  })

  test('a policy that demands a second factor makes everybody Pending, so that no account password is taken', async () => {
    const { username, password } = await w.person()
    await w.underPolicy({ requireTwoFactor: 'everyone' }, async () =>
      expect(await accepts(username, password)).toBe(false),
    )
    expect(await accepts(username, password)).toBe(true)
  })

  test('AD-01 AP-04 a service has no password here, nor the one it had as a person', async () => {
    const { id, username, password } = await w.person()
    const other = await w.second()
    expect(await accepts(username, password)).toBe(true)
    const administrator = await w.signedIn({ role: 'administrator' })
    const become = (role: 'service' | 'member') =>
      administrator.browser.call(updateUser, { params: { id }, body: { role } })
    await become('service')
    const form = { body: 'token=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
    for (const url of [w.url, other.url])
      for (const [method, path, options] of [
        ['GET', '/account', {}],
        ['GET', '/forward-auth', {}],
        ['POST', '/introspect', form],
      ] as const) {
        const answer = await w.client(basic(username, password), url).send(method, `/api/v1${path}`, options)
        expect.soft([path, answer.status], path).toEqual([path, 401])
        expect.soft(await answer.json(), path).toMatchObject({ code: 'wrong-api-password' })
      }
    await become('member')
    expect(await accepts(username, password)).toBe(true)
  })

  test('PW-06 AD-03 a password that an administrator chose opens nothing here until the person has chosen their own', async () => {
    const { id, username, browser } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const administrator = await w.signedIn({ role: 'administrator' })
    await administrator.browser.call(updateUser, { params: { id }, body: { password: given } })
    expect(await accepts(username, given)).toBe(false)
    expect((await w.client(bearer(apiKey)).call(getApiPassword)).accountPasswordAccepted).toBe(false)
    const entering = w.browser()
    await entering.call(signIn, { body: { username, password: given } })
    await entering.call(chooseNewPassword, { body: { newPassword: 'wander quartz ember lagoon' } })
    expect([await accepts(username, given), await accepts(username, 'wander quartz ember lagoon')]).toEqual([
      false,
      true,
    ])
  })

  describe('AP-04 an API password is only as good as the factor it was made with', () => {
    const remains = async (username: string, apiPassword: string, id: string) => {
      const rows = await w.db.select().from(w.db.tables.apiPasswords).where(eq(w.db.tables.apiPasswords.userId, id))
      const isTaken = await accepts(username, apiPassword)
      expect(rows.length > 0).toBe(isTaken)
      return isTaken
    }

    test('AP-04 setting up an authenticator in the settings makes it void', async () => {
      const { browser, username, id } = await w.signedIn()
      const { apiPassword } = await browser.call(generateApiPassword)
      const { secret } = await browser.call(beginAuthenticator)
      expect(await remains(username, apiPassword, id)).toBe(true)
      toStartOfStep(w)
      await browser.call(validateAuthenticator, { body: { code: appCode(secret, w.deps.now()) } })
      expect(await remains(username, apiPassword, id)).toBe(false)
    })

    test('AP-04 setting one up at sign-in makes it void', async () => {
      const { browser, username, password, id } = await w.signedIn()
      const { apiPassword } = await browser.call(generateApiPassword)
      await browser.call(setUpLater)
      expect(await remains(username, apiPassword, id)).toBe(true)
      const entering = w.browser()
      const half = await entering.call(signIn, { body: { username, password } })
      toStartOfStep(w)
      const code = appCode('secret' in half ? half.secret : '', w.deps.now())
      await entering.call(enrolAtSignIn, { body: { code } })
      expect(await remains(username, apiPassword, id)).toBe(false)
    })

    test('AP-04 Reset Secret and an administrator’s reset make it void, deactivating and another app keep it', async () => {
      const administrator = await w.signedIn({ role: 'administrator' })
      type Guarded = Awaited<ReturnType<World['withTwoFactor']>>
      type Inside = Awaited<ReturnType<Guarded['enter']>>
      const changes: [string, boolean, (inside: Inside, person: Guarded) => Promise<unknown>][] = [
        ['Reset Secret', false, (inside) => inside.call(resetSecret)],
        [
          'reset by an administrator',
          false,
          (_, { id }) => administrator.browser.call(updateUser, { params: { id }, body: { twoFactorActive: false } }),
        ],
        ['deactivate', true, (inside) => inside.call(deactivateTwoFactor)],
        [
          'another app',
          true,
          async (inside) => {
            const { secret } = await inside.call(beginAuthenticator)
            toStartOfStep(w)
            await inside.call(validateAuthenticator, { body: { code: appCode(secret, w.deps.now()) } })
          },
        ],
      ]
      for (const [name, stays, change] of changes) {
        const person = await w.withTwoFactor()
        const inside = await person.enter()
        const { apiPassword } = await inside.call(generateApiPassword)
        await inside.call(stepUp, { body: { code: person.code() } })
        await administrator.browser.call(stepUp, { body: { password: administrator.password } })
        await change(inside, person)
        expect.soft(await remains(person.username, apiPassword, person.id), name).toBe(stays)
      }
    })
  })
})
