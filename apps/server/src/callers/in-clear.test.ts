import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { and, eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { basic, bearer, type TestClient } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const inClear = { 'x-forwarded-proto': 'http' }

describe.each(engines)('a credential that comes over plain http on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine, { PUBLIC_URL: 'https://localhost' })
  })
  afterAll(() => w.close())

  const warningsOf = async (id: string) => {
    const { activity } = w.db.tables
    const own = and(eq(activity.subjectId, id), eq(activity.event, 'credential.in-clear'))
    return w.db.select().from(activity).where(own)
  }

  test('AP-06 is refused without being led on to https, and its owner can see that others could read it', async () => {
    const { browser, id, username } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const { apiPassword } = await browser.call(generateApiPassword)
    let warned = 0
    for (const [authorization, actorKind] of [
      [bearer(apiKey), 'api-key'],
      [basic(username, apiPassword), 'basic'],
    ] as const) {
      const client = w.client(authorization)
      for (const [method, path] of [
        ['GET', '/api/v1/account'],
        ['PATCH', '/api/v1/account'],
        ['GET', '/no/such/path'],
      ] as const) {
        const body = method === 'PATCH' ? { displayName: 'Never' } : undefined
        const answer = await client.send(method, path, { headers: inClear, body })
        expect([answer.status, answer.headers.get('location')]).toEqual([403, null])
        expect(await answer.json()).toMatchObject({ code: 'https-required' })
      }
      warned++ // once for each credential, however often it is shown
      await vi.waitFor(async () => expect(await warningsOf(id)).toHaveLength(warned))
      const told = (await warningsOf(id)).filter((row) => row.actorKind === actorKind)
      expect(told).toHaveLength(1)
      for (const row of told) expect(row).toMatchObject({ outcome: 'failure', actorId: id, ipAddress: client.address })
      expect((await client.send('GET', '/api/v1/account', { headers: { 'x-forwarded-proto': 'https' } })).status).toBe(
        200,
      )
    }
    const answer = await browser.send('GET', '/api/v1/account')
    expect(await answer.json()).not.toMatchObject({ displayName: 'Never' })
    for (const secret of [apiKey, apiPassword]) expect(w.log()).not.toContain(secret)
  })

  test('AP-06 thirty times within a quarter of an hour is one warning to its owner, and the next quarter one more', async () => {
    const [{ browser, id }, bystander] = [await w.signedIn(), await w.signedIn()]
    const { apiKey } = await browser.call(generateApiKey)
    const show = async (client: TestClient) =>
      expect((await client.send('GET', '/api/v1/account', { headers: inClear })).status).toBe(403)
    const client = w.client(bearer(apiKey))
    await show(client)
    await vi.waitFor(async () => expect(await warningsOf(id)).toHaveLength(1))
    for (let n = 1; n < 30; n++) await show(n % 3 ? client : w.client(bearer(apiKey)))
    // somebody else's is theirs to hear of
    const { apiKey: another } = await bystander.browser.call(generateApiKey)
    await show(w.client(bearer(another)))
    await vi.waitFor(async () => expect(await warningsOf(bystander.id)).toHaveLength(1))
    w.clock.advance(15 * 60_000)
    const later = w.client(bearer(apiKey))
    await show(later)
    await vi.waitFor(async () =>
      expect((await warningsOf(id)).map(({ ipAddress }) => ipAddress)).toContain(later.address),
    )
    expect((await warningsOf(id)).map(({ ipAddress }) => ipAddress).toSorted()).toEqual(
      [client.address, later.address].toSorted(),
    )
  })

  test('AP-06 what opens nothing warns nobody, and is refused all the same', async () => {
    const { username, password, id } = await w.person()
    const before = (await w.db.select().from(w.db.tables.activity)).length
    for (const authorization of [
      bearer('lk_nonsense'),
      basic(username, 'a wrong password for sure'),
      basic(username, password),
      'Basic %%%',
      'Digest x',
    ]) {
      const answer = await w.client(authorization).send('GET', '/api/v1/account', { headers: inClear })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, null])
    }
    const { browser } = await w.signedIn()
    expect((await browser.send('GET', '/api/v1/account', { headers: inClear })).status).toBe(403)
    expect(await warningsOf(id)).toEqual([])
    expect((await w.db.select().from(w.db.tables.activity)).length).toBe(before + 2) // the second person came and signed in
    expect(w.log()).not.toContain('request.failed')
  })

  test('only a trusted proxy can say so', async () => {
    const own = await world(engine, { PUBLIC_URL: 'https://localhost', TRUSTED_PROXIES: '' })
    try {
      const { browser } = await own.signedIn()
      const { apiKey } = await browser.call(generateApiKey)
      expect((await own.client(bearer(apiKey)).send('GET', '/api/v1/account', { headers: inClear })).status).toBe(200)
    } finally {
      await own.close()
    }
  })
})
