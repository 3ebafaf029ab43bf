import { generateApiKey, getApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword, getApiPassword } from '@latchkey/contract/api-password'
import { listDownloads, makeDownload } from '@latchkey/contract/downloads'
import { getAccount } from '@latchkey/contract/profile'
import { signIn } from '@latchkey/contract/sign-in'
import { endUserSessions, generateServiceKey, revokeUserCredentials, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { withDoor } from '../testing/troubled-db.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('sessions and credentials of others on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const administrator = () => w.signedIn({ role: 'administrator' })
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const opens = async (authorization: string, path = '/api/v1/account', url = other.url) =>
    (await w.client(authorization, url).send('GET', path)).ok
  const toldOf = async (id: string) => {
    const { activity } = w.db.tables
    return (await w.db.select().from(activity).where(eq(activity.subjectId, id))).filter(
      ({ event }) => !['account.created', 'sign-in'].includes(event),
    )
  }
  /** Somebody with everything a program can use. */
  const withAll = async () => {
    const person = await w.signedIn()
    const { browser } = person
    const keys = [await browser.call(generateApiKey), await browser.call(generateApiKey, { body: { overlap: '7d' } })]
    const { apiPassword } = await browser.call(generateApiPassword)
    const { url } = await browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })
    const link = new URL(url)
    return { ...person, keys: keys.map(({ apiKey }) => apiKey), apiPassword, link: link.pathname + link.search }
  }

  test('SE-09 an administrator signs somebody out everywhere at once, and their programs go on', async () => {
    const { browser: asking, id: by } = await administrator()
    const { browser, keys, ...person } = await withAll()
    const elsewhere = await w.browserOf(person, other.url)
    const before = (await toldOf(person.id)).length
    await asking.call(endUserSessions, { params: { id: person.id } })
    expect([await isSignedIn(browser), await isSignedIn(elsewhere)]).toEqual([false, false])
    expect(await Promise.all(keys.map((key) => opens(bearer(key))))).toEqual([true, true])
    expect((await toldOf(person.id)).slice(before)).toMatchObject([
      { event: 'sessions.ended', actorId: by, actorKind: 'browser', detail: { count: 2 } },
    ])
    expect(await isSignedIn(asking)).toBe(true)
    expect(await w.browser().call(signIn, { body: { username: person.username, password: person.password } })).toEqual({
      status: 'signed-in',
    })
  })

  test('SE-09 half-finished sign-ins end as well, and an administrator who means themselves stays', async () => {
    const { browser: asking, ...self } = await administrator()
    const person = await w.withTwoFactor()
    const half = await w.browserOf(person)
    await asking.call(endUserSessions, { params: { id: person.id } })
    const answer = await half.send('POST', '/api/v1/sign-in/second-factor', { body: { code: person.code() } })
    expect(await answer.json()).toMatchObject({ code: 'sign-in-expired' })
    const twin = await w.browserOf(self)
    await asking.call(endUserSessions, { params: { id: self.id } })
    expect([await isSignedIn(asking), await isSignedIn(twin)]).toEqual([true, false])
  })

  test('AK-06 an administrator revokes key, retiring key, API password and links at once, and the sessions go on', async () => {
    const { browser: asking, id: by } = await administrator()
    const { browser, id, username, keys, apiPassword, link } = await withAll()
    const bystander = await withAll()
    const before = (await toldOf(id)).length
    await asking.call(revokeUserCredentials, { params: { id } })
    expect(await Promise.all(keys.map((key) => opens(bearer(key))))).toEqual([false, false])
    expect(await opens(basic(username, apiPassword))).toBe(false)
    expect((await w.browser(other.url).send('GET', link)).status).toBe(410)
    expect(await browser.call(getApiKey)).toMatchObject({ exists: false, retiring: null })
    expect(await browser.call(getApiPassword)).toMatchObject({ exists: false })
    expect(await browser.call(listDownloads)).toEqual([])
    const told = (await toldOf(id)).slice(before)
    expect(told.map(({ event, detail }) => [event, detail])).toEqual([
      ['api-key.revoked', null],
      ['api-password.revoked', null],
      ['download-link.revoked', { count: 1 }],
    ])
    for (const row of told) expect(row).toMatchObject({ actorId: by, actorKind: 'browser', outcome: 'success' })

    await asking.call(revokeUserCredentials, { params: { id } }) // I8: there was nothing more
    expect(await toldOf(id)).toHaveLength(before + 3)
    expect(await opens(bearer(bystander.keys[1] ?? ''))).toBe(true)
    expect(await opens(basic(bystander.username, bystander.apiPassword))).toBe(true)
  })

  test('AK-02 AD-03 an administrator makes the key of a service, sees it once, and of nobody else', async () => {
    const { browser: asking, id: by } = await administrator()
    const { id, username } = await w.person({ role: 'service' })
    const made = await asking.send('POST', `/api/v1/users/${id}/api-key`)
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { apiKey: first } = (await made.json()) as { apiKey: string }
    const introspects = async (key: string) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await w.client(bearer(key)).send('POST', '/api/v1/introspect', { body: 'token=x', headers })
      return answer.status
    }
    expect(await introspects(first)).toBe(200)
    expect((await problemOf(w.client(bearer(first)).call(getAccount))).code).toBe('forbidden')
    const { apiKey: second } = await asking.call(generateServiceKey, { params: { id } })
    expect([await introspects(first), await introspects(second)]).toEqual([401, 200])
    expect((await dump(w.db)).includes(second)).toBe(false)
    for (const of of [`/api/v1/users/${id}`, `/api/v1/users?q=${username}`])
      expect(await (await asking.send('GET', of)).text()).not.toContain('lk_')
    expect(await toldOf(id)).toMatchObject([
      { event: 'api-key.generated', actorId: by, actorKind: 'browser' },
      { event: 'api-key.generated', actorId: by, actorKind: 'browser' },
    ])

    for (const role of ['administrator', 'member', 'read-only'] as const) {
      const person = await w.signedIn({ role })
      const { apiKey } = await person.browser.call(generateApiKey)
      const refused = problemOf(asking.call(generateServiceKey, { params: { id: person.id } }))
      expect((await refused).code).toBe('wrong-state')
      expect(await opens(bearer(apiKey))).toBe(true)
    }
    for (const body of [{ overlap: '7d' }, { userId: id }])
      expect((await asking.send('POST', `/api/v1/users/${id}/api-key`, { body })).status).toBe(422)
    await asking.call(revokeUserCredentials, { params: { id } })
    expect(await introspects(second)).toBe(401)
  })

  test('AD-03 whoever becomes a service, or is none any more, begins without credentials: none that another has seen is theirs', async () => {
    const { browser: asking } = await administrator()
    const { id, keys, username, apiPassword, link } = await withAll()
    const become = (role: 'member' | 'service' | 'read-only') =>
      asking.call(updateUser, { params: { id }, body: { role } })
    await become('read-only')
    await become('member') // between people nothing changes hands
    expect(await opens(bearer(keys[1] ?? ''))).toBe(true)
    await become('service')
    const { apiKey } = await asking.call(generateServiceKey, { params: { id } })
    await become('member')
    for (const credential of [...keys, apiKey].map(bearer)) expect(await opens(credential)).toBe(false)
    expect(await opens(basic(username, apiPassword))).toBe(false)
    expect((await w.browser().send('GET', link)).status).toBe(410)
    expect((await toldOf(id)).filter(({ event }) => event === 'api-key.revoked')).toHaveLength(2)
  })

  describe('CC-03 an administrator who is none any more when it would happen', () => {
    const requests = {
      'DELETE /users/:id/sessions': (asking: TestBrowser, id: string) =>
        asking.call(endUserSessions, { params: { id } }),
      'DELETE /users/:id/credentials': (asking: TestBrowser, id: string) =>
        asking.call(revokeUserCredentials, { params: { id } }),
      'POST /users/:id/api-key': (asking: TestBrowser, id: string) =>
        asking.call(generateServiceKey, { params: { id } }),
    }
    test.each(Object.entries(requests))('CC-03 changes nothing by %s', async (_, send) => {
      const asking = await administrator()
      const target = await withAll()
      const service = await w.person({ role: 'service' })
      const door = withDoor(w.db)
      const server = await w.second({ db: door.db })
      const late = w.browser(server.url)
      for (const [name, value] of asking.browser.cookies) late.cookies.set(name, value)
      const isForService = send === requests['POST /users/:id/api-key']
      const outcome = problemOf(send(late, isForService ? service.id : target.id))
      await door.reached
      const chief = await administrator()
      await chief.browser.call(updateUser, { params: { id: asking.id }, body: { role: 'member' } })
      door.open()
      expect((await outcome).code).toBe('forbidden')
      expect(await isSignedIn(target.browser)).toBe(true)
      expect(await opens(bearer(target.keys[1] ?? ''))).toBe(true)
      expect(await toldOf(service.id)).toEqual([])
    })
  })
})
