import { generateApiKey, getApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { getAccount } from '@latchkey/contract/profile'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, problemOf } from '../testing/browser.ts'
import { countedDb } from '../testing/counted-db.ts'
import { dump } from '../testing/dump.ts'
import { type World, world } from '../testing/world.ts'

const path = '/api/v1/account/api-key'

describe.each(engines)('the API key on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const withKey = async (over?: Parameters<World['signedIn']>[0]) => {
    const person = await w.signedIn(over)
    return { ...person, ...(await person.browser.call(generateApiKey)) }
  }
  const codeWith = async (key: string) => (await problemOf(w.client(bearer(key)).call(getAccount))).code

  test('AK-01 has a prefix, 30 random characters and a checksum, and opens the API until it is revoked', async () => {
    const { browser, username } = await w.signedIn()
    expect(await browser.call(getApiKey)).toEqual({
      exists: false,
      hint: null,
      createdAt: null,
      expiresAt: null,
      lastUsedAt: null,
      lastUsedAddress: null,
      lastUsedClient: null,
      copyable: false,
      retiring: null,
    })
    const { apiKey } = await browser.call(generateApiKey)
    expect(apiKey).toMatch(/^lk_[0-9A-Za-z]{36}$/)
    expect(await w.client(bearer(apiKey)).call(getAccount)).toMatchObject({ username })
    await browser.call(revokeApiKey)
    expect(await codeWith(apiKey)).toBe('invalid-api-key')
    expect(await browser.call(getApiKey)).toMatchObject({ exists: false, hint: null })
    await browser.call(revokeApiKey) // there is none any more, which is what was asked for
  })

  test('AK-01 one wrong character is refused without asking the database anything', async () => {
    const { apiKey, browser } = await withKey()
    const { apiPassword } = await browser.call(generateApiPassword)
    const counted = countedDb(w.db)
    const { url } = await w.second({ db: counted.db })
    const asked = async (key: string) => {
      const before = counted.asked
      const { status } = await w.client(bearer(key), url).send('GET', '/api/v1/account')
      return { status, queries: counted.asked - before }
    }
    expect((await asked(apiKey)).status).toBe(200)
    expect(counted.asked).toBeGreaterThan(0)
    for (const at of [0, 2, 3, 15, 32, 33, 38]) {
      const other = apiKey[at] === 'a' ? 'b' : 'a'
      const altered = apiKey.slice(0, at) + other + apiKey.slice(at + 1)
      expect.soft(await asked(altered), `character ${at}`).toEqual({ status: 401, queries: 0 })
    }
    const alsoNot = [apiPassword, apiKey.slice(0, -1), `${apiKey}a`, apiKey.toLowerCase(), apiKey.slice(3), '', 'lk_']
    for (const key of alsoNot) expect.soft(await asked(key), key.slice(0, 4)).toEqual({ status: 401, queries: 0 })
  })

  test('AK-02 is in the one answer that made it, and nowhere else: no answer, no log, no table', async () => {
    const administrator = await w.signedIn({ role: 'administrator' })
    const { browser, id } = await w.signedIn()
    const made = await browser.send('POST', path)
    expect([made.status, made.headers.get('cache-control'), made.headers.get('etag')]).toEqual([201, 'no-store', null])
    const { apiKey } = (await made.json()) as { apiKey: string }
    const client = w.client(bearer(apiKey))

    const answers: string[] = []
    const paths = ['', '/api-key', '/api-password', '/sessions', '/two-factor', '/downloads', '/api-key/value']
    for (const from of [browser, client])
      for (const path of paths) {
        const answer = await from.send('GET', `/api/v1/account${path}`)
        expect(answer.headers.get('cache-control')).toBe('no-store')
        answers.push(await answer.text())
      }
    for (const path of ['/users', `/users/${id}`, '/policy'])
      answers.push(await (await administrator.browser.send('GET', `/api/v1${path}`)).text())
    const said = answers.join('\n') + w.log()
    const stored = await dump(w.db)
    const [row] = await w.db.select().from(w.db.tables.apiKeys).where(eq(w.db.tables.apiKeys.userId, id))
    const [core = ''] = apiKey.slice(3).match(/.{30}/) ?? []
    for (const form of [apiKey, core, Buffer.from(apiKey).toString('base64'), Buffer.from(apiKey).toString('hex')]) {
      expect(said.includes(form)).toBe(false)
      expect(stored.includes(form)).toBe(false)
    }
    expect(said).not.toContain(row?.tokenHash)
    expect(row?.sealedValue).toBe(null)
    expect(await browser.call(getApiKey)).toMatchObject({ hint: `${apiKey.slice(0, 7)}…${apiKey.slice(-4)}` })
    // CR-05: what is stored of it opens nothing
    for (const value of [row?.tokenHash, row?.id]) expect(await codeWith(`${value}`)).toBe('invalid-api-key')
  })

  test('AK-03 is made and revoked by its owner in a browser after a proof, and by nobody else', async () => {
    const { browser, apiKey, password } = await withKey()
    const stranger = w.browser()
    for (const body of [{ userId: 'x' }, { overlap: '1h' }, undefined])
      for (const method of ['POST', 'DELETE']) expect((await stranger.send(method, path, { body })).status).toBe(401)
    const client = w.client(bearer(apiKey))
    for (const [method, of] of [
      ['POST', path],
      ['DELETE', path],
      ['GET', `${path}/value`],
    ] as const) {
      const refused = await client.send(method, of)
      expect(await refused.json()).toMatchObject({ status: 403, code: 'interactive-session-required' })
    }
    for (const member of ['userId', 'owner', 'role', 'scopes', 'scope', 'expiresAt', 'apiKey', 'name']) {
      const refused = await browser.send('POST', path, { body: { [member]: 'administrator' } })
      expect(await refused.json()).toMatchObject({
        code: 'invalid-input',
        errors: [{ pointer: `/${member}`, code: 'unknown-member' }],
      })
    }
    for (const overlap of ['1d', 'never', '', 3600, null])
      expect((await browser.send('POST', path, { body: { overlap } })).status).toBe(422)

    w.clock.advance(5 * 60_000 + 1)
    for (const method of ['POST', 'DELETE'])
      expect(await (await browser.send(method, path)).json()).toMatchObject({ code: 'step-up-required' })
    expect(await client.call(getApiKey)).toMatchObject({ exists: true })
    expect((await browser.send('POST', '/api/v1/step-up', { body: { password } })).status).toBe(204)
    await browser.call(revokeApiKey)
    expect(await codeWith(apiKey)).toBe('invalid-api-key')
  })

  test('AK-03 asks for the strongest factor: with a second factor on, the password is no proof', async () => {
    const person = await w.withTwoFactor()
    const browser = await person.enter()
    w.clock.advance(5 * 60_000 + 1)
    const byPassword = await browser.send('POST', '/api/v1/step-up', { body: { password: person.password } })
    expect(byPassword.status).toBe(403)
    expect((await problemOf(browser.call(generateApiKey))).code).toBe('step-up-required')
    expect((await browser.send('POST', '/api/v1/step-up', { body: { code: person.code() } })).status).toBe(204)
    expect((await browser.call(generateApiKey)).apiKey).toMatch(/^lk_/)
  })

  test('LG-02 I8 making and revoking it are remembered once each, with who, through what and from where', async () => {
    const { browser, id } = await withKey()
    await browser.call(generateApiKey, { body: { overlap: '24h' } })
    await browser.call(revokeApiKey)
    await browser.call(revokeApiKey) // there was none
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    const told = rows.filter(({ event }) => event.startsWith('api-key.'))
    expect(told.map(({ event, outcome, detail }) => [event, outcome, detail])).toEqual([
      ['api-key.generated', 'success', { overlap: 'none' }],
      ['api-key.generated', 'success', { overlap: '24h' }],
      ['api-key.revoked', 'success', null],
    ])
    const by = { actorId: id, actorKind: 'browser', ipAddress: browser.address, client: browser.userAgent }
    for (const row of told) expect(row).toMatchObject(by)
  })
})
