import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { generateApiKey, getApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword, revokeApiPassword } from '@latchkey/contract/api-password'
import { makeDownload } from '@latchkey/contract/downloads'
import { getReturnAddress } from '@latchkey/contract/forward-auth'
import { updateAccount } from '@latchkey/contract/profile'
import { endSession, listSessions } from '@latchkey/contract/sessions'
import { signOut } from '@latchkey/contract/sign-in'
import { beginAuthenticator, validateAuthenticator } from '@latchkey/contract/two-factor'
import { generateServiceKey, updateUser } from '@latchkey/contract/users'
import { engines } from '@latchkey/db/testing'
import { type Echo, startEchoService } from '@latchkey/testing-nginx/echo-service'
import { prepareNginx } from '@latchkey/testing-nginx/nginx'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, ask, type Question } from '../testing/ask.ts'
import { appCode } from '../testing/authenticator-app.ts'
import { basic, bearer, problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

/** What a browser says when somebody opens a page by typing its address. */
const opensPage = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-site': 'none' }

/** A request as the service got it; fails the test when it got none. */
function cameThrough({ status, body }: Answer) {
  expect(status).toBe(200)
  const echo = JSON.parse(body) as Echo
  const all = (name: string) => echo.headers.flatMap(([is, value]) => (is === name ? [value] : []))
  return { ...echo, all, user: all('remote-user').join() }
}

describe.each(engines)('a service behind nginx on %s', (engine) => {
  const trusted = getCACertificates('default')
  let nginx: Awaited<ReturnType<typeof prepareNginx>>
  let service: Awaited<ReturnType<typeof startEchoService>>
  let running: Awaited<ReturnType<typeof nginx.start>>
  let w: World
  beforeAll(async () => {
    nginx = await prepareNginx()
    setDefaultCACertificates([...trusted, nginx.certificate])
    service = await startEchoService()
    w = await world(engine, { PUBLIC_URL: nginx.publicUrl, FORWARD_AUTH_ORIGINS: nginx.serviceUrl })
    running = await nginx.start({ latchkey: w.deps.config.port, service: service.port })
  })
  afterAll(async () => {
    await running?.stop()
    await w?.close()
    await service?.stop()
    setDefaultCACertificates(trusted)
  })

  const visit = (path: string, question?: Question) => ask(nginx.serviceUrl + path, question)
  const cookiesOf = ({ cookies }: TestBrowser) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  /** somebody types an address of the service in a browser of theirs */
  const open = (browser: TestBrowser, path = '/', headers: Question['headers'] = {}) =>
    visit(path, { headers: { ...opensPage, cookie: cookiesOf(browser), ...headers } })
  const show = (authorization: string, question: Question = {}) =>
    visit('/', { ...question, headers: { authorization, ...question.headers } })
  /** a person and a browser in which they signed in, at nginx as people do */
  const signedIn = async (over?: Parameters<World['person']>[0]) => {
    const person = await w.person(over)
    return { ...person, browser: await w.browserOf(person, nginx.publicUrl) }
  }
  const signInPage = (address: string) => `${nginx.publicUrl}/sign-in?return_to=${nginx.serviceUrl}${address}`
  const wasSentToSignIn = ({ status, headers }: Answer) => [status, headers.location]

  test('a person is sent to sign in and back, and the service is told who it is', async () => {
    const person = await w.person()
    const stranger = w.browser(nginx.publicUrl)
    const before = service.seen.length
    const sent = await open(stranger, '/page')
    expect(wasSentToSignIn(sent)).toEqual([302, signInPage('/page')])
    expect(sent.headers['cache-control']).toBe('no-store')
    expect(service.seen.length).toBe(before)

    const browser = await w.browserOf(person, nginx.publicUrl)
    expect([...browser.cookies.keys()].sort()).toEqual(['__Host-latchkey-browser', '__Host-latchkey-session'])
    const back = await browser.call(getReturnAddress, { query: { url: `${nginx.serviceUrl}/page` } })
    expect(back).toEqual({ url: `${nginx.serviceUrl}/page` })
    const { all, user } = cameThrough(await open(browser, '/page'))
    expect(user).toBe(person.username)
    expect([all('remote-name'), all('remote-groups')]).toEqual([[person.displayName], ['member']])
  })

  test('SE-04 a person who signed out, or whose session was closed elsewhere, is sent to sign in again', async () => {
    const { browser, ...person } = await signedIn()
    const other = await w.browserOf(person, nginx.publicUrl)
    const left = new Map(other.cookies)
    expect(cameThrough(await open(other)).user).toBe(person.username)
    await other.call(signOut)
    for (const [name, value] of left) other.cookies.set(name, value)
    expect((await open(other)).status).toBe(302)

    const third = await w.browserOf(person, nginx.publicUrl)
    expect(cameThrough(await open(third)).user).toBe(person.username)
    const [theirs] = (await browser.call(listSessions)).filter(({ current }) => !current)
    await browser.call(endSession, { params: { id: theirs?.id ?? '' } })
    expect((await open(third)).status).toBe(302)
    expect(cameThrough(await open(browser)).user).toBe(person.username)
  })

  test('AK-06 a key comes through, and not from the moment it is revoked', async () => {
    const { browser, username } = await signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    expect(cameThrough(await show(bearer(apiKey))).user).toBe(username)
    await browser.call(revokeApiKey)
    const refused = await show(bearer(apiKey), { headers: { accept: 'text/html' } })
    expect(refused.status).toBe(401)
    expect(refused.headers['www-authenticate']).toMatch(/^Basic realm="[^"]+", charset="UTF-8", Bearer .*invalid_token/)
    expect(refused.headers['cache-control']).toBe('no-store')
  })

  test('AP-01 AP-04 Basic comes through with the API password, and with that of the account while nothing is stronger', async () => {
    const { browser, username, password } = await signedIn()
    expect(cameThrough(await show(basic(username, password))).user).toBe(username)
    const { apiPassword } = await browser.call(generateApiPassword)
    expect(cameThrough(await show(basic(username, apiPassword))).user).toBe(username)
    await browser.call(revokeApiPassword)
    expect((await show(basic(username, apiPassword))).status).toBe(401)

    expect(cameThrough(await show(basic(username, password))).user).toBe(username)
    const { secret } = await browser.call(beginAuthenticator)
    await browser.call(validateAuthenticator, { body: { code: appCode(secret, w.deps.now()) } })
    const refused = await show(basic(username, password))
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)])
  })

  test('AK-06 somebody disabled does not come through, with whatever they show', async () => {
    const { browser, id, username, password } = await signedIn()
    const administrator = await signedIn({ role: 'administrator' })
    const { apiKey } = await browser.call(generateApiKey)
    const { apiPassword } = await browser.call(generateApiPassword)
    const programs = [bearer(apiKey), basic(username, apiPassword), basic(username, password)]
    for (const shown of programs) expect(cameThrough(await show(shown)).user).toBe(username)
    await administrator.browser.call(updateUser, { params: { id }, body: { enabled: false } })
    for (const shown of programs) expect((await show(shown)).status).toBe(401)
    expect((await open(browser)).status).toBe(302)
  })

  test('every role comes through as what it is, but for services, which have no page to see', async () => {
    const administrator = await signedIn({ role: 'administrator' })
    expect(cameThrough(await open(administrator.browser)).all('remote-groups')).toEqual(['administrator'])
    const reader = await signedIn({ role: 'read-only' })
    expect(cameThrough(await open(reader.browser)).all('remote-groups')).toEqual(['read-only'])
    const robot = await w.person({ role: 'service' })
    const { apiKey } = await administrator.browser.call(generateServiceKey, { params: { id: robot.id } })
    const refused = await show(bearer(apiKey), { headers: { accept: 'text/html' } })
    expect([refused.status, refused.headers.location]).toEqual([403, undefined])
  })

  test('who it is says nginx alone, whatever a client claims', async () => {
    const { browser, username } = await signedIn()
    const forged = {
      'Remote-User': ['root', 'root'],
      'REMOTE-NAME': 'Root',
      'remote-email': 'root@example.org',
      'Remote-Groups': 'administrator',
      remote_user: 'root',
      Remote_Groups: 'administrator',
    }
    const { headers } = cameThrough(await open(browser, '/', forged))
    const told = headers.filter(([name]) => /^remote[-_]/.test(name)).map(([name, value]) => `${name}: ${value}`)
    // this person has no address, so the service is told none
    expect(told).toEqual([
      `remote-user: ${username}`,
      expect.stringMatching(/^remote-name: Person/),
      'remote-groups: member',
    ])
  })

  test('a name of any alphabet arrives in UTF-8', async () => {
    const displayName = 'Žofia Øst 李小龙 🦉'
    const { browser } = await signedIn()
    await browser.call(updateAccount, { body: { displayName } })
    expect(cameThrough(await open(browser)).all('remote-name')).toEqual([displayName])
  })

  test('the service sees no credential of Latchkey, and every other cookie', async () => {
    const { browser, username, password } = await signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    for (const shown of [bearer(apiKey), basic(username, password)])
      expect(cameThrough(await show(shown)).all('authorization')).toEqual([])

    const [session, known] = [...browser.cookies].map(([name, value]) => `${name}=${value}`)
    const half = `__Host-latchkey-sign-in=${'A'.repeat(43)}`
    const mixtures: [sent: string, seen: string[]][] = [
      [`${session}`, []],
      [`${session}; ${known}`, []],
      [`theme=dark; ${session}; ${known}; wiki-session=x=y`, ['theme=dark; wiki-session=x=y']],
      [`${known}; ${half}; ${session}; theme=dark`, ['theme=dark']],
      [`theme=dark; ${half};${known};${session}`, ['theme=dark']],
      [`theme=dark;latchkey-session=x; ${session}`, ['theme=dark']],
      [`not-latchkey-session=1; ${session}; my__Host-latchkey-x=2`, ['not-latchkey-session=1; my__Host-latchkey-x=2']],
      // more of them than a browser has: nobody can say whose cookies these are
      [`a=1; latchkey-a=1; latchkey-b=1; latchkey-c=1; ${session}; b=2`, []],
    ]
    for (const [sent, seen] of mixtures) {
      const { all, headers, user } = cameThrough(await open(browser, '/', { cookie: sent }))
      expect.soft([user, all('cookie')], sent).toEqual([username, seen])
      expect.soft(JSON.stringify(headers)).not.toContain(browser.cookies.get('__Host-latchkey-session'))
    }
  })

  test('what is sent to the service arrives whole', async () => {
    const { browser, username } = await signedIn()
    const body = 'ä line of text\n'.repeat(12_000) // beyond what nginx keeps in memory
    const headers = { ...opensPage, cookie: cookiesOf(browser) }
    const posted = cameThrough(await visit('/save?a=1&b=%26', { method: 'POST', body, headers }))
    expect([posted.method, posted.url, posted.user, posted.body === body]).toEqual([
      'POST',
      '/save?a=1&b=%26',
      username,
      true,
    ])
    const piecemeal = { ...headers, 'transfer-encoding': 'chunked' }
    expect(cameThrough(await visit('/save', { method: 'PUT', body, headers: piecemeal })).body === body).toBe(true)
    const head = await visit('/page', { method: 'HEAD', headers })
    expect([head.status, head.body, service.seen.at(-1)?.method]).toEqual([200, '', 'HEAD'])
  })

  test('the address somebody asked for comes back whole after signing in', async () => {
    const addresses = [
      '/',
      '/suche?q=%C3%BC&b=1%262&c=%23x#',
      '/a%20b/%2F/?return_to=https://elsewhere.example',
      '/?a=%0d%0aX:1',
    ]
    for (const address of addresses) {
      const asked = address.replace(/#$/, '') // what stands behind it never leaves the browser
      const { headers } = await open(w.browser(nginx.publicUrl), asked)
      expect(headers.location).toBe(signInPage(asked))
      const url = String(headers.location).split('return_to=').slice(1).join('return_to=')
      const back = await w.browser(nginx.publicUrl).call(getReturnAddress, { query: { url } })
      expect(back.url).toBe(new URL(asked, nginx.serviceUrl).href)
    }
  })

  test('WF-06 a client that makes up the host it asks for is not sent back to that', async () => {
    const { headers } = await visit('/', { headers: { ...opensPage, host: 'evil.example' } })
    const url = String(headers.location).split('return_to=')[1] ?? ''
    expect(url).toBe('https://evil.example/')
    const refused = w.browser(nginx.publicUrl).call(getReturnAddress, { query: { url } })
    expect((await problemOf(refused)).code).toBe('invalid-input')
  })

  test('a key and Basic come through on whatever host the service has', async () => {
    const { browser, username, password } = await signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    for (const shown of [bearer(apiKey), basic(username, password)])
      expect(cameThrough(await show(shown, { headers: { host: 'wiki.example.org' } })).user).toBe(username)
  })

  test('a program without a good credential gets 401 and what it may show, never a page', async () => {
    const direct = await w.client('Basic bm9ib2R5OnZlcnkgd3Jvbmc=', nginx.publicUrl).send('GET', '/api/v1/forward-auth')
    const { status, headers } = await show('Basic bm9ib2R5OnZlcnkgd3Jvbmc=', { headers: { accept: 'text/html' } })
    expect([status, headers['www-authenticate']]).toEqual([401, direct.headers.get('www-authenticate')])
    for (const accept of ['*/*', 'application/json', '']) {
      const refused = await visit('/', { headers: { accept } })
      expect([refused.status, refused.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic /)])
    }
    // what a page asks for by itself: no window of the browser pops up, and no answer from elsewhere
    const fetched = await visit('/', { headers: { accept: 'application/json', 'sec-fetch-site': 'same-origin' } })
    expect([fetched.status, fetched.headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Bearer /)])
  })

  test('AP-02 RA-06 what cannot be read, or in two ways, opens nothing and breaks nothing', async () => {
    const { browser, username, password } = await signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const good = basic(username, password)
    const refused: [status: number, question: Question][] = [
      ...['Basic', 'Basic !!!', 'Basic /w==', 'Bearer', `Token ${apiKey}`, `Foo ${apiKey}`, apiKey].map(
        (authorization): [number, Question] => [401, { headers: { authorization } }],
      ),
      ...['', ':', 'x', `${username}:`, `:${password}`, `${username}:${password}\n`, `\0${username}:${password}`].map(
        (shown): [number, Question] => [
          401,
          { headers: { authorization: `Basic ${Buffer.from(shown).toString('base64')}` } },
        ],
      ),
      [400, { headers: { authorization: [bearer(apiKey), good] } }],
      [400, { headers: { authorization: [good, good] } }],
    ]
    for (const [status, question] of refused)
      expect.soft((await visit('/', question)).status, JSON.stringify(question)).toBe(status)
    for (const name of ['access_token', 'token', 'key'])
      expect.soft((await visit(`/?${name}=${apiKey}`)).status, name).toBe(401)
  })

  test('nothing a client sends makes nginx fail', async () => {
    const { browser, username } = await signedIn()
    const claims = {
      'x-forwarded-for': '192.0.2.7',
      'x-original-url': '/',
      'if-none-match': '*',
      range: 'bytes=0-3',
      'content-length': '0',
    }
    const elsewhere = { 'x-forwarded-uri': '/x', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
    // this one Latchkey would answer with a redirect, of which nginx makes an error
    const here = { ...elsewhere, 'x-forwarded-host': new URL(nginx.serviceUrl).host, 'x-forwarded-proto': 'https' }
    for (const claim of [elsewhere, here]) {
      const { user, all } = cameThrough(await open(browser, '/page', { ...claims, ...claim }))
      expect([user, all('x-forwarded-proto')]).toEqual([username, ['https']])
      const stranger = await visit('/page', { headers: { ...opensPage, ...claims, ...claim } })
      expect(wasSentToSignIn(stranger)).toEqual([302, signInPage('/page')])
      expect((await visit('/page', { headers: { ...claims, ...claim } })).status).toBe(401)
    }
    const long = 'x'.repeat(7_000)
    const tooMuch = await visit('/', { headers: { authorization: bearer(long), cookie: long, 'user-agent': long } })
    expect(tooMuch.status).toBe(503)
    const asked = await open(browser, '/latchkey-forward-auth')
    expect(asked.status).toBe(404)
    expect(running.complaints()).not.toMatch(/\[(emerg|alert|crit)\]/)
  })

  test('RL-02 the address a key was used from is that of the client, not one it claims', async () => {
    const { browser } = await signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const headers = { 'x-forwarded-for': '192.0.2.7', 'x-real-ip': '192.0.2.7', 'user-agent': 'backup/2' }
    const { all } = cameThrough(await show(bearer(apiKey), { headers }))
    expect(all('x-forwarded-for')).toEqual(['127.0.0.1'])
    expect(await browser.call(getApiKey)).toMatchObject({ lastUsedAddress: '127.0.0.1', lastUsedClient: 'backup/2' })
  })

  test('AP-03 a page elsewhere cannot use a password the browser remembers', async () => {
    const { username, password } = await w.person()
    for (const site of ['cross-site', 'same-site'])
      expect((await show(basic(username, password), { headers: { 'sec-fetch-site': site } })).status).toBe(403)
  })

  test('AP-05 who showed too many wrong passwords is told to wait', async () => {
    const { username, password } = await w.person()
    for (let n = 0; n < 5; n++) expect((await show(basic(username, 'a wrong password'))).status).toBe(401)
    const { status, headers } = await show(basic(username, password))
    expect([status, Number(headers['retry-after']) > 0]).toEqual([429, true])
  })

  describe('while Latchkey is not there', () => {
    let other: typeof nginx
    let alone: typeof running
    beforeAll(async () => {
      other = await prepareNginx()
      setDefaultCACertificates([...trusted, nginx.certificate, other.certificate])
      alone = await other.start({ latchkey: 1, service: service.port })
    })
    afterAll(() => alone?.stop())

    test('nobody comes through', async () => {
      const { browser } = await signedIn()
      const before = service.seen.length
      const headers = { ...opensPage, cookie: cookiesOf(browser) }
      const answer = await ask(other.serviceUrl, { headers })
      expect([answer.status, service.seen.length]).toEqual([503, before])
    })

    test('LG-01 the token of a download link is in no log either', async () => {
      const token = `lkd_${'7'.repeat(36)}`
      const answer = await ask(`${other.publicUrl}/downloads/account-export?token=${token}`)
      await ask(`${other.publicUrl}/sign-in`)
      expect([answer.status, alone.logs().includes(token)]).toEqual([502, false])
      expect(alone.logs()).toMatch(/connect\(\) failed.*GET \/sign-in/) // what is told of any other address
    })
  })

  test('LG-01 the token of a download link is in no log nginx writes, however the address is spelled', async () => {
    const { browser } = await signedIn()
    const body = { resource: 'account-export', expiresInHours: 1 } as const
    const { url } = await browser.call(makeDownload, { body })
    expect((await ask(url)).status).toBe(200)

    const { search, searchParams } = new URL(url)
    const token = String(searchParams.get('token'))
    for (const path of ['//downloads/account-export', '/%64ownloads/account-export', '/downloads/', '/downloads'])
      await ask(nginx.publicUrl + path + search)
    await ask(`${nginx.publicUrl}/healthz?what=is-written`)
    const isLogged = (text: string) => running.logs().includes(text)
    expect([isLogged('/healthz?what=is-written'), isLogged(token)]).toEqual([true, false])
  })
})
