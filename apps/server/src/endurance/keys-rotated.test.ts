import { generateApiKey, getApiKey, type Overlap, revokeApiKey } from '@latchkey/contract/api-key'
import { getAccount } from '@latchkey/contract/profile'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as apiKeys from '../credentials/api-keys.ts'
import { bearer, problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'
import { type CalledKey, calledKey, ending, makeCalls } from './testing/called-key.ts'
import { whileCalling } from './testing/callers.ts'
import { makeDice } from './testing/dice.ts'
import { type Line, openLine } from './testing/line.ts'
import { inWhole, LONG, say, seed } from './testing/scale.ts'
import { at, type ServerProcess, startProcess } from './testing/server-process.ts'

const ROUNDS = inWhole(100, 20)
/** Clients of each process: half of them take the new key as soon as it is there, the others keep the old one. */
const CLIENTS = 4
/** Calls with a key before something is done about it, at least, and after it; below the limit on wrong keys. */
const CALLS = 20

/** Two real server processes with one database between them, on SQLite too. */
describe.each(engines)('an API key replaced while clients call with it, on %s', (engine) => {
  let w: World
  let servers: ServerProcess[]
  let asking: string
  const dice = makeDice(seed)
  beforeAll(async () => {
    w = await world(engine)
    servers = [await startProcess(w), await startProcess(w)]
    const service = await w.person({ role: 'service' })
    const once = { overlap: 0, at: w.deps.now() }
    asking = await w.db.write((tx) => apiKeys.replace(tx, null, service.id, once))
  })
  afterAll(async () => {
    for (const { said } of servers) expect(said()).not.toMatch(/"level":"error"/)
    await Promise.all(servers.map((server) => server.end()))
    await w.close()
  })

  test('AK-04 with an hour of overlap no client sees a failure, whichever key it has', { timeout: LONG }, async () => {
    const { refused } = await rounds('replaced with an hour of overlap', async ({ replace }) => replace('1h'))
    expect(refused).toBe(0)
  })

  test('AK-04 without overlap the old key fails from the very next request on', { timeout: LONG }, async () => {
    const { accepted, refused } = await rounds('replaced at once', ({ old, replace }) =>
      ending(old, () => replace('none')),
    )
    expect(Math.min(accepted, refused)).toBeGreaterThan(ROUNDS * CALLS)
  })

  test('AK-06 a revoked key fails from the very next request on', { timeout: LONG }, async () => {
    const { refused } = await rounds('revoked', ({ old, browser }) => ending(old, () => browser.call(revokeApiKey)))
    expect(refused).toBeGreaterThan(ROUNDS * CALLS)
  })

  type Round = {
    browser: TestBrowser
    old: CalledKey
    /** puts a new key in place of the old one; every other client takes it */
    replace: (overlap: Overlap) => Promise<void>
  }

  /** Calls all the time over every connection to both processes, does something about the key, goes on calling. */
  const rounds = async (what: string, change: (round: Round) => Promise<unknown>) => {
    const calls = makeCalls(asking)
    const lines = servers.flatMap(({ url }) => Array.from({ length: CLIENTS }, () => openLine(url)))
    const pair = servers.map(({ url }) => openLine(url))
    try {
      for (let n = 1; n <= ROUNDS; n++) {
        const person = await w.signedIn()
        const browser = at(dice.pick(servers).url, w, person.browser)
        const keep = async (overlap: Overlap) => {
          const { apiKey } = await browser.call(generateApiKey, { body: { overlap } })
          return calledKey(apiKey, browser.address)
        }
        const old = await keep('none')
        let current = old
        const replace = async (overlap: Overlap) => {
          current = await keep(overlap)
        }
        const client = (line: Line, i: number) => {
          const key = i % 2 ? current : old
          return dice.chance(0.6) ? calls.call(line, key) : calls.askAbout(line, key)
        }
        await whileCalling(lines, client, async (until) => {
          const enough = CALLS + dice.below(CALLS)
          await until(() => old.accepted >= enough)
          await change({ browser, old, replace })
          // the very next request, on both processes; then everybody else's
          await Promise.all(pair.map((line) => calls.call(line, old)))
          const before = old.accepted
          await until(() => old.accepted + old.refused >= before + CALLS)
          if (current !== old) await until(() => current.accepted >= CALLS)
        })
      }
    } finally {
      for (const line of [...lines, ...pair]) line.close()
    }
    say(`keys on ${engine}, ${what} ${ROUNDS} times: ${calls.told()}`)
    expect(calls.wrong.slice(0, 5)).toEqual([])
    return calls.count
  }

  test('AK-04 the overlap ends to the second, on both servers', async () => {
    const second = await w.second()
    const { browser } = await w.signedIn()
    const { apiKey: old } = await browser.call(generateApiKey)
    const { apiKey: current } = await browser.call(generateApiKey, { body: { overlap: '1h' } })
    const { retiring } = await browser.call(getApiKey)
    const clients = [w.url, second.url].map((url) => w.client(bearer(old), url))
    w.clock.advance((retiring?.until ?? 0) - w.deps.now() - 10_000)
    for (const client of clients) await client.call(getAccount)
    w.clock.advance(10_000)
    for (const client of clients) expect((await problemOf(client.call(getAccount))).code).toBe('invalid-api-key')
    for (const { url } of [w, second]) await w.client(bearer(current), url).call(getAccount)
  })
})
