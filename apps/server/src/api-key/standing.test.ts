import { generateApiKey, getApiKey } from '@latchkey/contract/api-key'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { listUsers, updateUser } from '@latchkey/contract/users'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, problemOf } from '../testing/browser.ts'
import { withDoor } from '../testing/troubled-db.ts'
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
    return { ...person, client: w.client(bearer(apiKey)), elsewhere: w.client(bearer(apiKey), other.url) }
  }
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
