import { generateApiKey, revokeApiKey } from '@latchkey/contract/api-key'
import { apiBase, type Endpoint } from '@latchkey/contract/endpoint'
import type { Role } from '@latchkey/contract/profile'
import { generateServiceKey, revokeUserCredentials, updateUser } from '@latchkey/contract/users'
import { type Engine, engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as apiKeys from '../credentials/api-keys.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { type Person, type World, world } from '../testing/world.ts'
import { type CalledKey, calledKey, ending, makeCalls } from './testing/called-key.ts'
import { whileCalling } from './testing/callers.ts'
import { makeDice } from './testing/dice.ts'
import { openLine } from './testing/line.ts'
import { inWhole, LONG, say, seed } from './testing/scale.ts'
import { at, type ServerProcess, startProcess } from './testing/server-process.ts'

const PEOPLE = inWhole(1_000, 60)
/** Connections that call all the time, to each process. */
const LINES = 8
/** How many keys are being ended at any moment. */
const ENDERS = 4
/** Calls with one key, or about it, that are sent after its end; below the limit on wrong keys. */
const CALLS_AFTER = { least: 12, most: 60 }

/** Ways in which a key ends, and who can be brought to that end. */
const ways = {
  'revoked by its owner': ['member'],
  'revoked by an administrator': ['member', 'service'],
  'its owner disabled': ['member', 'service', 'administrator'],
  // few administrators: whoever changes a role waits for all of them
  'its owner demoted': ['service', 'service', 'service', 'service', 'administrator'],
} as const satisfies Record<string, readonly Role[]>
type Way = keyof typeof ways

type Owner = Person & { role: Role; way: Way; key: CalledKey }

/**
 * Two real server processes with one database between them, on SQLite too: a second one is what an answer kept for a
 * moment would be seen in.
 */
describe.each(engines)('API keys that end while they are called with, on %s', (engine: Engine) => {
  let w: World
  let servers: ServerProcess[]
  const dice = makeDice(seed)
  beforeAll(async () => {
    w = await world(engine)
    servers = [await startProcess(w), await startProcess(w)]
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end()))
    await w.close()
  })

  test(`AK-06 AK-07 of ${PEOPLE} keys none opens anything after the answer to what ended it`, {
    timeout: LONG,
  }, async () => {
    say(`keys on ${engine}: ${PEOPLE} people, seed ${seed}`)
    const administrators = await Promise.all(Array.from({ length: ENDERS }, () => w.person({ role: 'administrator' })))
    const service = await w.person({ role: 'service' })
    const asking = await makeKey(service)
    const owners: Owner[] = []
    for (let n = 0; n < PEOPLE; n++) owners.push(await makeOwner(n, administrators[0] as Person))

    const calls = makeCalls(asking)
    const lines = servers.flatMap(({ url }) => Array.from({ length: LINES }, () => openLine(url)))
    const pairs = administrators.map(() => servers.map(({ url }) => openLine(url)))
    const waiting = dice.shuffle(owners)
    const hot = new Set<CalledKey>()
    const began = performance.now()

    /** Mostly one that is about to end or just did, otherwise anybody's. */
    const pick = () => {
      for (;;) {
        const key = hot.size > 0 && dice.chance(0.7) ? dice.pick([...hot]) : dice.pick(owners).key
        if (key.refused < CALLS_AFTER.most) return key
      }
    }
    const callOrAsk = (line: ReturnType<typeof openLine>, key: CalledKey) =>
      dice.chance(0.7) ? calls.call(line, key) : calls.askAbout(line, key)

    /** Ends one after the other; over a pair of lines of its own, so that the first calls after an end wait for nothing. */
    const endThemAll = async (administrator: Person, n: number) => {
      const pair = pairs[n] as typeof lines
      for (let owner = waiting.pop(); owner; owner = waiting.pop()) {
        const { key } = owner
        const end = await prepareEnd(owner, administrator)
        hot.add(key)
        for (let times = dice.below(8); times >= 0; times--) await Promise.all(pair.map((line) => callOrAsk(line, key)))
        await ending(key, end)
        while (key.refused < CALLS_AFTER.least) await Promise.all(pair.map((line) => callOrAsk(line, key)))
        hot.delete(key)
      }
    }

    try {
      await whileCalling(
        lines,
        (line) => callOrAsk(line, pick()),
        () => Promise.all(administrators.map(endThemAll)),
      )
    } finally {
      for (const line of [...lines, ...pairs.flat()]) line.close()
    }
    const seconds = (performance.now() - began) / 1000
    say(`keys on ${engine}: ${seconds.toFixed(0)} s, ${calls.told()}`)
    const tally = Object.keys(ways).map((way) => `${owners.filter((owner) => owner.way === way).length} ${way}`)
    say(`keys on ${engine}: ${owners.length} ends: ${tally.join(', ')}`)
    expect(calls.wrong.slice(0, 5)).toEqual([])
    for (const { key } of owners) {
      expect(key.state).toBe('ended')
      expect(key.accepted).toBeGreaterThan(0)
      expect(key.refused).toBeGreaterThanOrEqual(CALLS_AFTER.least)
    }
    for (const { said } of servers) expect(said()).not.toMatch(/"level":"error"/)
  })

  /** In the database, by the operation behind every door that makes one. */
  const makeKey = ({ id }: Person) =>
    w.db.write((tx) => apiKeys.replace(tx, w.deps.secretBox, id, { overlap: 0, at: w.deps.now() }))

  /** Every tenth key is made as people make theirs, and administrators those of services. */
  const makeOwner = async (n: number, administrator: Person): Promise<Owner> => {
    const way = dice.pick(Object.keys(ways) as Way[])
    const role = dice.pick<Role>(ways[way])
    const person = await w.person({ role })
    const make =
      n % 10 > 0
        ? makeKey(person)
        : role === 'service'
          ? (await w.browserOf(administrator)).call(generateServiceKey, { params: { id: person.id } })
          : (await w.browserOf(person)).call(generateApiKey)
    const made = await make
    const value = typeof made === 'string' ? made : made.apiKey
    const address = [10, 0, n >> 8, n & 255].join('.')
    const key = calledKey(value, address, {
      does: role === 'member' ? 'read the account' : 'ask about others',
      // the key of a service ends with its role; an administrator's goes on and may less
      refusal: way === 'its owner demoted' && role === 'administrator' ? 403 : 401,
    })
    return { ...person, role, way, key }
  }

  /** Everything but the one request that ends it, which goes to either process. */
  const prepareEnd = async ({ way, ...person }: Owner, administrator: Person) => {
    const byOwner = way === 'revoked by its owner'
    const { url } = dice.pick(servers)
    const browser = at(url, w, await w.browserOf(byOwner ? person : administrator))
    if (byOwner) return () => send(browser, revokeApiKey)
    if (way === 'revoked by an administrator') return () => send(browser, revokeUserCredentials, person.id)
    if (way === 'its owner disabled') return () => send(browser, updateUser, person.id, { enabled: false })
    return () => send(browser, updateUser, person.id, { role: 'member' })
  }

  /** Comes back with the head of the answer: whatever is sent from then on is sent after it. */
  const send = async (browser: TestBrowser, { method, path }: Endpoint, id = '', body?: unknown) => {
    const answer = await browser.send(method, apiBase + path.replace(':id', id), { body })
    if (!answer.ok) throw new Error(`What ends a key was refused: ${await answer.text()}`)
  }
})
