import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword, getApiPassword, revokeApiPassword } from '@latchkey/contract/api-password'
import { changePassword } from '@latchkey/contract/password'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { withDoor } from '../testing/troubled-db.ts'
import { type World, world } from '../testing/world.ts'

const path = '/api/v1/account/api-password'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe.each(engines)('the API password on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const withApiPassword = async (over?: Parameters<World['signedIn']>[0]) => {
    const person = await w.signedIn(over)
    const { apiPassword } = await person.browser.call(generateApiPassword)
    return { ...person, apiPassword, client: w.client(basic(person.username, apiPassword)) }
  }
  const codeOf = async (username: string, password: string, url?: string) =>
    (await problemOf(w.client(basic(username, password), url).call(getAccount))).code

  test('AP-01 is made by the server, has a prefix and a checksum of its own, and opens the API by HTTP Basic', async () => {
    const { browser, username } = await w.signedIn()
    const nothing = { exists: false, createdAt: null, expiresAt: null, lastUsedAt: null }
    expect(await browser.call(getApiPassword)).toEqual({ ...nothing, accountPasswordAccepted: true })
    for (const member of ['password', 'apiPassword', 'userId', 'overlap'])
      expect((await browser.send('POST', path, { body: { [member]: 'mine' } })).status).toBe(422)
    const { apiPassword } = await browser.call(generateApiPassword)
    expect(apiPassword).toMatch(/^lkp_[0-9A-Za-z]{36}$/)
    for (const typed of [username, username.toUpperCase()])
      expect(await w.client(basic(typed, apiPassword)).call(getAccount)).toMatchObject({ username })
    // it belongs to one user name, and to Basic
    expect(await codeOf((await w.person()).username, apiPassword)).toBe('wrong-api-password')
    expect(await codeOf('nobody-here', apiPassword)).toBe('wrong-api-password')
    expect((await problemOf(w.client(bearer(apiPassword)).call(getAccount))).code).toBe('invalid-api-key')
    const { apiKey } = await browser.call(generateApiKey)
    expect(await codeOf(username, apiKey)).toBe('wrong-api-password')
  })

  test('AP-01 neither session, half-finished sign-in, code nor recovery code goes in its place', async () => {
    const person = await w.withTwoFactor()
    const { username, password } = person
    const inside = await person.enter()
    const half = await w.browserOf(person)
    const cookies = [...inside.cookies.values(), ...half.cookies.values()]
    const code = person.code()
    for (const value of [...cookies, code, ...person.recoveryCodes.slice(0, 2), `${password}${code}`, person.secret]) {
      expect((await w.client(basic(username, value)).send('GET', '/api/v1/account')).status).toBe(401)
      expect((await w.client(basic(value, value)).send('GET', '/api/v1/account')).status).toBe(401)
      expect((await w.client(bearer(value)).send('GET', '/api/v1/account')).status).toBe(401)
    }
    expect((await inside.call(getAccount)).twoFactor).toBe('active')
  })

  test('AP-01 AK-02 is in the one answer that made it and nowhere else: no answer, no log, no table', async () => {
    const administrator = await w.signedIn({ role: 'administrator' })
    const { browser, id, username } = await w.signedIn()
    const made = await browser.send('POST', path)
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { apiPassword } = (await made.json()) as { apiPassword: string }
    const client = w.client(basic(username, apiPassword))
    const answers = await Promise.all([
      ...['', '/api-key', '/api-password', '/sessions'].map((of) => client.send('GET', `/api/v1/account${of}`)),
      browser.send('GET', path),
      administrator.browser.send('GET', `/api/v1/users/${id}`),
    ])
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    const said = texts.join('\n') + w.log()
    const stored = await dump(w.db)
    const encoded = basic(username, apiPassword).slice('Basic '.length)
    for (const form of [apiPassword, apiPassword.slice(4, 34), encoded]) {
      expect(said.includes(form)).toBe(false)
      expect(stored.includes(form)).toBe(false)
    }
    const { apiPasswords } = w.db.tables
    const [row] = await w.db.select().from(apiPasswords).where(eq(apiPasswords.userId, id))
    expect(said).not.toContain(row?.tokenHash)
    expect(await codeOf(username, row?.tokenHash ?? '')).toBe('wrong-api-password') // CR-05
  })

  test('AK-03 AK-04 I5 a new one ends the one before at once on every server, and revoking ends it', async () => {
    const { browser, username, apiPassword: first, client } = await withApiPassword()
    for (const method of ['POST', 'DELETE'])
      expect(await (await client.send(method, path)).json()).toMatchObject({ code: 'interactive-session-required' })
    const twin = w.browser(other.url)
    for (const [name, value] of browser.cookies) twin.cookies.set(name, value)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 ? twin : browser).send('POST', path).then(async (answer) => ({
          status: answer.status,
          ...((await answer.json()) as { apiPassword?: string; code?: string }),
        })),
      ),
    )
    const made = outcomes.flatMap(({ apiPassword }) => apiPassword ?? [])
    expect(made.length).toBeGreaterThan(0)
    for (const { apiPassword, code } of outcomes) expect(apiPassword ? undefined : 'wrong-state').toBe(code)
    const tried = await Promise.all(
      [first, ...made].map(async (one, n) => {
        const url = n % 2 ? other.url : w.url
        return (await w.client(basic(username, one), url).send('GET', '/api/v1/account')).status
      }),
    )
    expect(tried.toSorted()).toEqual([200, ...made.map(() => 401)])
    await browser.call(revokeApiPassword)
    await browser.call(revokeApiPassword) // there was none
    for (const one of made) expect(await codeOf(username, one, other.url)).toBe('wrong-api-password')
    expect(await browser.call(getApiPassword)).toMatchObject({ exists: false })
    w.clock.advance(5 * MINUTE + 1)
    for (const method of ['POST', 'DELETE'])
      expect(await (await browser.send(method, path)).json()).toMatchObject({ code: 'step-up-required' })
  })

  test('it ends after 365 days, and its owner sees when it was last used, to the minute', async () => {
    const { browser, client, username, apiPassword } = await withApiPassword()
    const seen = await browser.call(getApiPassword)
    expect(seen).toMatchObject({ exists: true, lastUsedAt: null })
    expect((seen.expiresAt ?? 0) - (seen.createdAt ?? 0)).toBe(365 * DAY)
    await client.call(getAccount)
    const { lastUsedAt } = await browser.call(getApiPassword)
    expect(lastUsedAt).toBeGreaterThanOrEqual(seen.createdAt ?? 0)
    await client.call(getAccount)
    expect(await browser.call(getApiPassword)).toMatchObject({ lastUsedAt })
    w.clock.advance(MINUTE + 1)
    await client.call(getAccount)
    expect((await client.call(getApiPassword)).lastUsedAt).toBeGreaterThan((lastUsedAt ?? 0) + MINUTE)
    w.clock.advance((seen.expiresAt ?? 0) - w.deps.now())
    expect(await codeOf(username, apiPassword)).toBe('wrong-api-password')
  })

  test('AK-06 SI-04 disabling its owner counts at once on every server', async () => {
    const { id, username, apiPassword } = await withApiPassword()
    const { browser } = await w.signedIn({ role: 'administrator' })
    await browser.call(updateUser, { params: { id }, body: { enabled: false } })
    for (const url of [w.url, other.url]) expect(await codeOf(username, apiPassword, url)).toBe('wrong-api-password')
  })

  test('CC-03 one that is revoked, or an account password that is changed, while its request is on its way changes nothing', async () => {
    const { browser, username, password, displayName, apiPassword, client } = await withApiPassword()
    await client.call(getAccount) // its use is noted, so that the next write is the change
    const change = { currentPassword: password, newPassword: 'wander quartz ember lagoon' }
    const endings = [
      [apiPassword, () => browser.call(revokeApiPassword)],
      [password, () => browser.call(changePassword, { body: change })],
    ] as const
    for (const [shown, end] of endings) {
      const door = withDoor(w.db)
      const server = await w.second({ db: door.db })
      const late = w.client(basic(username, shown), server.url)
      const outcome = problemOf(late.call(updateAccount, { body: { displayName: 'Never' } }))
      await door.reached
      await end()
      door.open()
      expect((await outcome).status).toBe(401)
      expect(await browser.call(getAccount)).toMatchObject({ displayName })
    }
  })

  test('I8 making and revoking it are remembered once each, and by whom', async () => {
    const { browser, id } = await withApiPassword()
    await browser.call(revokeApiPassword)
    await browser.call(revokeApiPassword)
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    const told = rows.filter(({ event }) => event.startsWith('api-password.'))
    expect(told.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
      'api-password.generated success',
      'api-password.revoked success',
    ])
    for (const row of told) expect(row).toMatchObject({ actorId: id, actorKind: 'browser', ipAddress: browser.address })
  })
})
