import { generateApiKey, getApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { endOtherSessions, listSessions } from '@latchkey/contract/sessions'
import { listUsers, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf, type TestBrowser } from '../testing/browser.ts'
import { withBell, withDoor, withUnfinished } from '../testing/troubled-db.ts'
import { type World, world } from '../testing/world.ts'

const MINUTE = 60_000

describe.each(engines)('what an API key opens at this moment on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const withKey = async (over?: Parameters<World['signedIn']>[0]) => {
    const person = await w.signedIn(over)
    const { apiKey } = await person.browser.call(generateApiKey)
    const authorization = bearer(apiKey)
    return {
      ...person,
      authorization,
      client: w.client(bearer(apiKey)),
      elsewhere: w.client(bearer(apiKey), other.url),
    }
  }
  type Owner = Awaited<ReturnType<typeof withKey>>
  const administer = async (id: string, body: object) => {
    const { browser } = await w.signedIn({ role: 'administrator' })
    await browser.call(updateUser, { params: { id }, body })
  }

  test('AK-06 SI-04 disabling the owner counts at once on every server, and enabling them again too', async () => {
    const { id, client, elsewhere } = await withKey()
    for (const from of [client, elsewhere]) expect(await from.call(getAccount)).toMatchObject({ id })
    await administer(id, { enabled: false })
    for (const from of [client, elsewhere])
      expect((await problemOf(from.call(getAccount))).code).toBe('invalid-api-key')
    await administer(id, { enabled: true })
    for (const from of [client, elsewhere]) expect(await from.call(getAccount)).toMatchObject({ id })
  })

  test('AK-06 SE-08 it has the rights of its owner’s role at this moment, on every server', async () => {
    const { id, elsewhere } = await withKey({ role: 'administrator' })
    const rename = () => elsewhere.call(updateAccount, { body: { displayName: 'By key' } })
    expect((await elsewhere.call(listUsers)).items).not.toHaveLength(0)
    await administer(id, { role: 'member' })
    expect((await problemOf(elsewhere.call(listUsers))).code).toBe('forbidden')
    expect(await rename()).toMatchObject({ role: 'member', displayName: 'By key' })
    await administer(id, { role: 'read-only' })
    expect((await problemOf(rename())).code).toBe('forbidden')
    const asked = await elsewhere.call(getAccount)
    expect([asked.role, asked.permissions]).toEqual(['read-only', ['account:read']])
    await administer(id, { role: 'administrator' })
    expect((await elsewhere.call(listUsers)).items).not.toHaveLength(0)
  })

  test('CC-03 a key that is revoked while its request is on its way changes nothing', async () => {
    const { browser, elsewhere: _, ...person } = await withKey()
    const { apiKey } = await browser.call(generateApiKey)
    await w.client(bearer(apiKey)).call(getAccount) // so that the use is noted and the next write is the change
    const door = withDoor(w.db)
    const server = await w.second({ db: door.db })
    const late = w.client(bearer(apiKey), server.url).call(updateAccount, { body: { displayName: 'Never' } })
    const outcome = problemOf(late)
    await door.reached
    await browser.call(generateApiKey)
    door.open()
    expect((await outcome).status).toBe(401)
    expect(await browser.call(getAccount)).toMatchObject({ displayName: person.displayName })
  })

  describe('CC-03 a program whose owner may only read by the time it would write', () => {
    const rename = (from: TestBrowser) => from.call(updateAccount, { body: { displayName: 'Never' } })
    const byKey = async ({ authorization }: Owner) => authorization
    const byPassword = async ({ browser, username }: Owner) =>
      basic(username, (await browser.call(generateApiPassword)).apiPassword)
    const requests: [string, (owner: Owner) => Promise<string>, (from: TestBrowser) => Promise<unknown>][] = [
      ['PATCH /account by a key', byKey, rename],
      ['PATCH /account by an API password', byPassword, rename],
      ['DELETE /account/sessions by a key', byKey, (from) => from.call(endOtherSessions)],
    ]

    test.each(requests)(
      'CC-03 AK-06 %s waits while its owner is demoted, and then writes nothing',
      async (_, show, send) => {
        const owner = await withKey()
        const authorization = await show(owner)
        await w.client(authorization).call(getAccount) // so that the use is noted and the next write is the change
        const chief = await w.signedIn({ role: 'administrator' })
        const [demotion, bell] = [withUnfinished(w.db), withBell(other.deps.db)]
        const [first, second] = [await w.second({ db: demotion.db }), await w.second({ db: bell.db })]

        const demoting = w.browser(first.url)
        for (const [name, value] of chief.browser.cookies) demoting.cookies.set(name, value)
        const demoted = demoting.call(updateUser, { params: { id: owner.id }, body: { role: 'read-only' } })
        await Promise.race([demotion.done, demoted])
        // let in as a member, and on its way to the change
        const outcome = problemOf(send(w.client(authorization, second.url)))
        await Promise.race([bell.rung, outcome])
        demotion.finish()
        await demoted

        const { status, code } = await outcome
        expect([status, code]).toEqual([403, 'forbidden'])
        expect(await owner.browser.call(listSessions)).toHaveLength(1)
        expect(await owner.browser.call(getAccount)).toMatchObject({
          displayName: owner.displayName,
          role: 'read-only',
        })
        const { activity } = w.db.tables
        const told = await w.db.select().from(activity).where(eq(activity.subjectId, owner.id))
        const written = told.map(({ event }) => event)
        expect(written).toContain('account.changed')
        for (const event of ['profile.changed', 'session.ended', 'sessions.ended']) expect(written).not.toContain(event)
      },
    )
  })

  test('AK-02 tells its owner when it was last used, from where and by what, to the minute', async () => {
    const { browser, client } = await withKey()
    const used = async () => {
      const { lastUsedAt, lastUsedAddress, lastUsedClient } = await browser.call(getApiKey)
      return { at: lastUsedAt, from: [lastUsedAddress, lastUsedClient] }
    }
    expect(await used()).toEqual({ at: null, from: [null, null] })
    const began = w.deps.now()
    await client.send('GET', '/api/v1/account', { headers: { 'user-agent': 'curl/8.5.0' } })
    const first = await used()
    expect(first.at).toBeGreaterThanOrEqual(began)
    expect(first.from).toEqual([client.address, 'curl/8.5.0'])
    await client.send('GET', '/api/v1/account', { headers: { 'x-forwarded-for': '203.0.113.9' } })
    expect(await used()).toEqual(first) // within the minute nothing is written
    w.clock.advance(MINUTE + 1)
    await client.send('GET', '/api/v1/account', { headers: { 'user-agent': null, 'x-forwarded-for': '203.0.113.9' } })
    const second = await used()
    expect((second.at ?? 0) - (first.at ?? 0)).toBeGreaterThan(MINUTE)
    expect(second.from[0]).toBe('203.0.113.9')
    await client.send('GET', '/api/v1/users') // a use that was refused is a use
    await w.client(bearer('lk_nonsense')).send('GET', '/api/v1/account')
    expect((await used()).from[0]).toBe('203.0.113.9')
  })
})
