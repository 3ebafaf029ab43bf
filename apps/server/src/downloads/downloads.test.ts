import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { type DownloadResource, listDownloads, makeDownload, revokeDownload } from '@latchkey/contract/downloads'
import { listSessions } from '@latchkey/contract/sessions'
import { updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { type World, world } from '../testing/world.ts'

const HOUR = 60 * 60_000
const resources = ['account-export', 'activity', 'users'] as const

describe.each(engines)('download links on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const make = async (browser: TestBrowser, resource: DownloadResource = 'activity', expiresInHours = 1) => {
    const link = await browser.call(makeDownload, { body: { resource, expiresInHours } })
    return { ...link, token: new URL(link.url).searchParams.get('token') ?? '' }
  }
  const open = (url: string, method = 'GET', from = w.browser()) => {
    const { pathname, search } = new URL(url)
    return from.send(method, pathname + search)
  }
  const statusOf = async (url: string, from?: TestBrowser) => {
    const answer = await open(url, 'GET', from)
    await answer.text()
    return answer.status
  }

  test('a link opens one thing, without signing in, for as long as was chosen, on every server', async () => {
    const { browser, username } = await w.signedIn({ role: 'administrator' })
    for (const resource of resources) {
      const { url, token, expiresAt } = await make(browser, resource, 2)
      expect(url).toBe(`${w.origin}/downloads/${resource}?token=${token}`)
      expect(token).toMatch(/^lkd_[0-9A-Za-z]{36}$/)
      expect(expiresAt - w.deps.now()).toBeGreaterThan(2 * HOUR - 60_000)
      const file = await open(url, 'GET', w.browser(other.url))
      expect(file.status).toBe(200)
      const [type, extension] = resource === 'account-export' ? ['application/json', 'json'] : ['text/csv', 'csv']
      const day = new Date(w.deps.now()).toISOString().slice(0, 10)
      expect(Object.fromEntries(file.headers)).toMatchObject({
        'content-type': `${type}; charset=utf-8`,
        'content-disposition': `attachment; filename="latchkey-${username}-${resource}-${day}.${extension}"`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      expect((await file.text()).length).toBeGreaterThan(50)
      // of another thing it says no more than a made-up one would
      for (const wrong of resources.filter((one) => one !== resource))
        expect(await statusOf(url.replace(`/${resource}?`, `/${wrong}?`))).toBe(410)
    }
  })

  test('RA-05 HEAD answers with the headers of the file and nothing of it; other methods are refused', async () => {
    const { url } = await make((await w.signedIn()).browser)
    const head = await open(url, 'HEAD')
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(head.headers.get('content-disposition')).toContain('attachment')
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect((await open(url, method)).status).toBe(405)
    for (const path of ['/downloads', '/downloads/', '/downloads/everything', '/downloads/activity/x'])
      expect((await w.browser().send('GET', `${path}?token=x`)).status, path).toBe(404)
    expect((await w.browser().send('GET', '/downloads/activity')).status).toBe(422)
  })

  test('seeds 000 and 001: an API key is no download token, and neither is a session', async () => {
    const { browser, username, password } = await w.signedIn({ role: 'administrator' })
    const { apiKey } = await browser.call(generateApiKey)
    const { apiPassword } = await browser.call(generateApiPassword)
    const session = browser.cookies.get('latchkey-session') ?? ''
    for (const resource of resources) {
      const { url } = await make(browser, resource)
      for (const value of [apiKey, apiPassword, session, password, 'lkd_nonsense', ''])
        expect(await statusOf(`${w.origin}/downloads/${resource}?token=${encodeURIComponent(value)}`)).toBe(410)
      const bare = `${w.origin}/downloads/${resource}`
      for (const from of [browser, w.client(bearer(apiKey)), w.client(basic(username, apiPassword))])
        expect(await statusOf(bare, from)).toBe(422)
      // and beside a good token it changes nothing
      expect(await statusOf(url, w.client(bearer('lk_nonsense')))).toBe(200)
    }
  })

  test('its token opens nothing else: not as Bearer, Basic or cookie', async () => {
    const { browser, username } = await w.signedIn({ role: 'administrator' })
    const { token } = await make(browser, 'account-export')
    const cookies = ['latchkey-session', 'latchkey-sign-in'].map((name) => ({ cookie: `${name}=${token}` }))
    for (const from of [w.client(bearer(token)), w.client(basic(username, token)), w.client(basic(token, token))])
      for (const path of ['/account', '/users', '/account/downloads'])
        expect((await from.send('GET', `/api/v1${path}`)).status).toBe(401)
    for (const headers of cookies)
      expect((await w.browser().send('GET', '/api/v1/account', { headers })).status).toBe(401)
  })

  test('is listed with everything but its token until it is over or revoked, to its maker alone', async () => {
    const { browser, ...person } = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const short = await make(browser, 'activity', 1)
    const long = await make(browser, 'account-export', 720)
    const listed = await w.client(bearer(apiKey)).call(listDownloads)
    expect(listed.map(({ id, resource, lastUsedAt }) => [id, resource, lastUsedAt]).toSorted()).toEqual(
      [
        [short.id, 'activity', null],
        [long.id, 'account-export', null],
      ].toSorted(),
    )
    expect(JSON.stringify(listed)).not.toContain('lkd_')
    expect(await (await w.signedIn()).browser.call(listDownloads)).toEqual([])
    expect(await statusOf(short.url)).toBe(200)
    const used = (await browser.call(listDownloads)).find(({ id }) => id === short.id)
    expect(used?.lastUsedAt).toBeGreaterThanOrEqual(used?.createdAt ?? 0)

    w.clock.advance(HOUR - 5_000)
    expect(await statusOf(short.url)).toBe(200)
    w.clock.advance(5_000)
    expect([await statusOf(short.url), await statusOf(long.url)]).toEqual([410, 200])
    const again = await w.browserOf(person)
    expect((await again.call(listDownloads)).map(({ id }) => id)).toEqual([long.id])
    await again.call(revokeDownload, { params: { id: long.id } })
    for (const url of [w.url, other.url]) expect(await statusOf(long.url, w.browser(url))).toBe(410)
    expect((await problemOf(again.call(revokeDownload, { params: { id: long.id } }))).code).toBe('not-found')
  })

  test('RA-07 what is wrong, over, revoked or of somebody disabled gets one answer', async () => {
    const { browser, id } = await w.signedIn()
    const [revoked, disabled, over] = [await make(browser), await make(browser), await make(browser)]
    await browser.call(revokeDownload, { params: { id: revoked.id } })
    const said = async (url: string) => {
      const answer = await open(url)
      return `${answer.status} ${(await answer.text()).replace(/"requestId":"[^"]+"/, '')}`
    }
    const wrong = await said(`${w.origin}/downloads/activity?token=lkd_nonsense`)
    expect(await said(revoked.url)).toBe(wrong)
    const administrator = await w.signedIn({ role: 'administrator' })
    await administrator.browser.call(updateUser, { params: { id }, body: { enabled: false } })
    expect(await said(disabled.url)).toBe(wrong)
    await administrator.browser.call(updateUser, { params: { id }, body: { enabled: true } })
    w.clock.advance(HOUR)
    expect(await said(over.url)).toBe(wrong)
    expect(wrong).toContain('"no-longer-valid"')
  })

  test('AD-01 AK-06 the list of everybody is for administrators, and stops the moment they are none', async () => {
    for (const role of ['member', 'read-only'] as const) {
      const { browser } = await w.signedIn({ role })
      expect((await problemOf(make(browser, 'users'))).code).toBe('forbidden')
      expect(await statusOf((await make(browser, 'account-export')).url)).toBe(200)
    }
    const former = await w.signedIn({ role: 'administrator' })
    const { url } = await make(former.browser, 'users')
    const own = await make(former.browser, 'activity')
    const administrator = await w.signedIn({ role: 'administrator' })
    const change = (body: object) => administrator.browser.call(updateUser, { params: { id: former.id }, body })
    await change({ role: 'member' })
    expect([await statusOf(url, w.browser(other.url)), await statusOf(own.url)]).toEqual([410, 200])
    await change({ role: 'administrator' })
    expect(await statusOf(url)).toBe(200)
    await change({ enabled: false })
    expect([await statusOf(url), await statusOf(own.url, w.browser(other.url))]).toEqual([410, 410])
    await change({ enabled: true, role: 'service' })
    expect([await statusOf(url), await statusOf(own.url)]).toEqual([410, 410])
  })

  test('AK-02 CR-05 the token is in the one answer that made it; what is stored of it opens nothing', async () => {
    const { browser, id } = await w.signedIn()
    const made = await browser.send('POST', '/api/v1/account/downloads', {
      body: { resource: 'account-export', expiresInHours: 1 },
    })
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { url } = (await made.json()) as { url: string }
    const token = new URL(url).searchParams.get('token') ?? ''
    const file = await (await open(url)).text()
    const stored = await dump(w.db)
    for (const text of [file, stored, w.log()]) expect(text.includes(token.slice(4, 34))).toBe(false)
    const { downloads } = w.db.tables
    const [row] = await w.db.select().from(downloads).where(eq(downloads.userId, id))
    for (const value of [row?.tokenHash, row?.id])
      expect(await statusOf(`${w.origin}/downloads/account-export?token=${value}`)).toBe(410)
  })

  test('nobody has more than fifty that work; what it can be made for and for how long is bounded', async () => {
    const { browser } = await w.signedIn()
    for (let n = 0; n < 49; n++) await make(browser)
    const burst = await Promise.all(
      Array.from({ length: 5 }, () =>
        make(browser).then(
          () => 'made',
          (problem) => problem.code,
        ),
      ),
    )
    expect(burst.toSorted()).toEqual(['made', ...Array(4).fill('wrong-state')])
    const [first] = await browser.call(listDownloads)
    await browser.call(revokeDownload, { params: { id: first?.id ?? '' } })
    await make(browser)
    for (const body of [
      { resource: 'everything', expiresInHours: 1 },
      { resource: 'activity', expiresInHours: 0 },
      { resource: 'activity', expiresInHours: 721 },
      { resource: 'activity', expiresInHours: 1.5 },
      { resource: 'activity', expiresInHours: 1, userId: 'x' },
      { resource: 'activity' },
    ])
      expect((await browser.send('POST', '/api/v1/account/downloads', { body })).status).toBe(422)
  })

  test('I8 making, using and revoking one are remembered, and a use says from where', async () => {
    const { browser, id } = await w.signedIn()
    const link = await make(browser)
    const reader = w.browser()
    await statusOf(link.url, reader)
    await browser.call(revokeDownload, { params: { id: link.id } })
    await statusOf(link.url, reader)
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    const told = rows.filter(({ event }) => event.startsWith('download-link.'))
    expect(told.map((row) => [row.event, row.actorKind, row.actorId, row.ipAddress, row.detail])).toEqual([
      ['download-link.made', 'browser', id, browser.address, { resource: 'activity', hours: 1 }],
      ['download-link.used', 'download-link', null, reader.address, { resource: 'activity' }],
      ['download-link.revoked', 'browser', id, browser.address, { resource: 'activity' }],
    ])
    expect(await browser.call(listSessions)).toHaveLength(1) // a link signs nobody in
    expect(reader.cookies.size).toBe(0)
  })
})
