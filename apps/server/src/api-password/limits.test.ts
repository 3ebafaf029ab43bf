import { randomBytes } from 'node:crypto'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { getAccount } from '@latchkey/contract/profile'
import { signIn } from '@latchkey/contract/sign-in'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic } from '../testing/browser.ts'
import { sendTogether } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'

const wrong = 'a wrong password for sure'
const HOUR = 60 * 60_000
/** letters that cannot be told apart from any others, so that no database makes them shorter */
const noise = (length: number) => randomBytes(length).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, length)

describe.each(engines)('wrong passwords over HTTP Basic on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  /** one network for each test that wants one */
  let networks = 0
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const aNetwork = () => `203.0.113.${++networks}`
  const tryBasic = async (username: string, password: string, address = aNetwork(), url = w.url) => {
    const answer = await w.client(basic(username, password), url, address).send('GET', '/api/v1/account')
    return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
  }
  const countersOf = async () => (await w.db.select().from(w.db.tables.attempts)).map(({ key }) => key)
  const entering = (person: { username: string; password: string }, address = aNetwork()) =>
    w.browser(w.url, address).call(signIn, { body: { username: person.username, password: person.password } })

  test('AP-05 SI-05 thirty for one account from one network are one budget however the name is written, then 429', async () => {
    const alice = await w.person({ username: 'alice' })
    const address = aNetwork()
    const statuses: number[] = []
    for (let n = 0; n < 30; n++) {
      const name = ['Alice', 'ALICE', 'alice'][n % 3] ?? ''
      const { status, retryAfter } = await tryBasic(name, `${wrong} ${n}`, address, n % 2 ? other.url : w.url)
      statuses.push(status)
      if (status === 429) expect(Number(retryAfter)).toBeGreaterThan(0)
    }
    expect(statuses).toEqual([...Array(5).fill(401), ...Array(25).fill(429)])
    // also for the right one, from here; from elsewhere, and in a browser, nothing happened
    expect((await tryBasic('alice', alice.password, address)).status).toBe(429)
    expect((await tryBasic('alice', alice.password)).status).toBe(200)
    expect(await entering(alice)).toEqual({ status: 'signed-in' })
    w.clock.advance(HOUR)
    expect((await tryBasic('alice', alice.password, address)).status).toBe(200)
  })

  test('AP-05 a name nobody has runs out of tries just as one that somebody has', async () => {
    const { username } = await w.person()
    const address = [aNetwork(), aNetwork()]
    const statuses = await Promise.all(
      [username, 'nobody-has-this'].map(async (name, which) => {
        const heard: number[] = []
        for (let n = 0; n < 7; n++) heard.push((await tryBasic(name, `${wrong} ${n}`, address[which])).status)
        return heard
      }),
    )
    expect(statuses[0]).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect(statuses[1]).toEqual(statuses[0])
  })

  test('RL-07 one network that tries many names is stopped after twenty', async () => {
    const address = aNetwork()
    const statuses: number[] = []
    for (let n = 0; n < 22; n++) statuses.push((await tryBasic(`nobody-${n}`, wrong, address)).status)
    expect(statuses).toEqual([...Array(20).fill(401), 429, 429])
  })

  test('AP-05 a hundred from many networks pause Basic for the account, and never its sign-in or its API password', async () => {
    const person = await w.signedIn()
    const { apiPassword } = await person.browser.call(generateApiPassword)
    let refused = 0
    while (refused < 100) {
      const address = `192.0.2.${Math.floor(refused / 5) + 1}`
      const { status } = await tryBasic(person.username, `${wrong} ${refused}`, address)
      expect(status).toBe(401)
      refused++
    }
    expect((await tryBasic(person.username, person.password)).status).toBe(429)
    expect(await entering(person)).toEqual({ status: 'signed-in' })
    expect((await tryBasic(person.username, apiPassword)).status).toBe(200)
    // what people type wrong in a browser in turn does not reach a program
    w.clock.advance(HOUR + 1)
    expect((await tryBasic(person.username, person.password)).status).toBe(200)
  })

  test('AP-05 ten right ones at once, on two servers, count as no failure at all', async () => {
    const { username, password, id } = await w.person()
    for (let round = 0; round < 3; round++) {
      const address = aNetwork()
      const both = await Promise.all(
        Array.from({ length: 20 }, (_, n) => tryBasic(username, password, address, n % 2 ? w.url : other.url)),
      )
      expect(both.map(({ status }) => status)).toEqual(Array(20).fill(200))
      const { attempts } = w.db.tables
      const counted = (await w.db.select().from(attempts)).filter(
        ({ key, failures }) => failures > 0 && (key.includes(id) || key.includes(address)),
      )
      expect(counted).toEqual([])
    }
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    expect(rows.map(({ event }) => event)).toEqual(['account.created'])
  })

  /** A server that counts the passwords it hashes, and does so as soon as it may. */
  const counting = async (mayHash: Promise<void> = Promise.resolve()) => {
    const hashed = { times: 0 }
    const { hashPool } = w.deps
    const verify: typeof hashPool.verify = async (...given) => {
      hashed.times++
      await mayHash
      return hashPool.verify(...given)
    }
    const { url } = await w.second({ hashPool: { ...hashPool, verify } })
    return { hashed, url }
  }

  test('AP-05 twelve right ones at once, the name spelled in three ways, are one hash and no failure', async () => {
    const { id, username, password } = await w.person({ username: 'spelled' })
    const go = Promise.withResolvers<void>()
    const { hashed, url } = await counting(go.promise)
    const address = aNetwork()
    const spellings = [username, 'SPELLED', 'Spelled']
    const answers = await sendTogether(
      url,
      Array.from({ length: 12 }, (_, n) => {
        const lines = [`Host: localhost`, `X-Forwarded-For: ${address}`, 'Connection: close']
        lines.push(`Authorization: ${basic(spellings[n % 3] ?? '', password)}`)
        return `GET /api/v1/account HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
      }),
    )
    // whoever comes after all of them is answered: they are all inside
    expect((await w.browser(url).send('GET', '/api/v1/password-rules')).status).toBe(200)
    go.resolve()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(12).fill(200))
    expect(hashed.times).toBe(1)
    const counted = await w.db.select().from(w.db.tables.attempts)
    const own = counted.filter(({ key }) => key.includes(id) || key.includes(address))
    expect(own.filter(({ failures }) => failures > 0)).toEqual([])
  })

  test.each([
    ['a name of 129 characters', 'n'.repeat(129), wrong],
    ['a name of two thousand characters', noise(2000), wrong],
    ['a name of six thousand characters', noise(6000), wrong],
    ['a name that folding makes longer', 'ﷺ'.repeat(2000), wrong],
    ['a password of 1025 characters', 'somebody', 'p'.repeat(1025)],
    ['a password of six thousand characters', 'somebody', noise(6000)],
  ])('AP-02 RL-07 %s is refused like any other, hashed by nobody and kept nowhere', async (_, ...shown) => {
    const { hashed, url } = await counting()
    const before = await countersOf()
    const address = aNetwork()
    const answers = new Set<string>()
    for (let n = 0; n < 7; n++) {
      const answer = await w.client(basic(...shown), url, address).send('GET', '/api/v1/account')
      const body = (await answer.text()).replace(/"requestId":"[^"]+"/, '')
      answers.add(`${answer.status} ${answer.headers.get('www-authenticate')} ${body}`)
    }
    const usual = await w.client(basic('somebody-else', wrong), w.url, aNetwork()).send('GET', '/api/v1/account')
    const body = (await usual.text()).replace(/"requestId":"[^"]+"/, '')
    expect([...answers]).toEqual([`401 ${usual.headers.get('www-authenticate')} ${body}`])
    expect(body).toContain('"wrong-api-password"')
    expect(hashed.times).toBe(0)
    expect((await countersOf()).filter((key) => !before.includes(key) && key.includes(address))).toEqual([])
    expect(w.log()).not.toContain('request.failed')
  })

  test('AP-02 RL-07 what was typed for a name nobody has stands in no counter, and its spellings are one budget', async () => {
    for (const typed of ['My-Secret-In-The-Wrong-Field', 'n'.repeat(128), 'ﷺ'.repeat(128), noise(128)]) {
      const address = aNetwork()
      const statuses: number[] = []
      for (const name of [typed, typed.toUpperCase(), typed.toLowerCase(), typed, typed, typed])
        statuses.push((await tryBasic(name, wrong, address)).status)
      expect(statuses).toEqual(typed === typed.normalize('NFKC') ? [401, 401, 401, 401, 401, 429] : statuses)
      expect(statuses.slice(-1)).toEqual([429])
      const folded = typed.normalize('NFKC').toLowerCase()
      const kept = (await countersOf()).join('\n').toLowerCase()
      for (const form of [typed.toLowerCase(), folded, folded.slice(0, 20)]) expect(kept).not.toContain(form)
    }
    expect(w.log()).not.toContain('request.failed')
  })

  test('AP-05 a good API password costs no password hash, and neither does a wrong one', async () => {
    const { browser, username, password } = await w.signedIn()
    const { apiPassword } = await browser.call(generateApiPassword)
    const { hashed, url } = await counting()
    for (let n = 0; n < 5; n++)
      expect(await w.client(basic(username, apiPassword), url).call(getAccount)).toMatchObject({ username })
    expect((await tryBasic('somebody-else', apiPassword, aNetwork(), url)).status).toBe(401)
    expect(hashed.times).toBe(0)
    expect((await tryBasic(username, password, aNetwork(), url)).status).toBe(200)
    expect(hashed.times).toBe(1)
  })

  test('I8 what was refused is remembered for the owner of the name, once each, and who it was is not claimed', async () => {
    const { id, username } = await w.person()
    const address = aNetwork()
    await tryBasic(username, wrong, address)
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    expect(rows.filter(({ event }) => event === 'basic.refused')).toMatchObject([
      { outcome: 'failure', actorKind: 'basic', actorId: null, ipAddress: address },
    ])
  })
})
