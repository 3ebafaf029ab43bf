import { randomUUID } from 'node:crypto'
import { endpoints } from '@latchkey/contract/all'
import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { makeDownload } from '@latchkey/contract/downloads'
import { fullPath } from '@latchkey/contract/endpoint'
import { listSessions } from '@latchkey/contract/sessions'
import { generateServiceKey } from '@latchkey/contract/users'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, type TestBrowser } from '../testing/browser.ts'
import { ownPassword, type Row, whoMay } from '../testing/who-may.ts'
import { type World, world } from '../testing/world.ts'

type Operation = (typeof endpoints)[number]
const rowOf = ({ name }: Operation) => whoMay[name] as Row

const letters = { administrator: 'A', member: 'M', 'read-only': 'R', service: 'S' } as const
const callers = [
  ...(['administrator', 'member', 'read-only'] as const).flatMap((role) =>
    (['cookie', 'key', 'basic'] as const).map((credential) => ({ role, credential })),
  ),
  { role: 'service', credential: 'key' },
] as const
type Caller = (typeof callers)[number]

/** What the table says somebody hears; null when they succeed. */
function verdict(operation: Operation, { role, credential }: Caller): string | null {
  const { doors, meets = null } = rowOf(operation)
  if (doors === 'anybody') return meets
  const isProgram = credential !== 'cookie'
  if (typeof doors === 'string' && isProgram) return 'cross-site-request'
  if (doors === 'half') return 'sign-in-expired'
  if (doors === 'our-pages') return meets
  const roles = doors[credential]
  if (roles === undefined) return isProgram ? 'interactive-session-required' : 'forbidden'
  return roles.includes(letters[role]) ? meets : 'forbidden'
}

test('RA-07 AK-05 every operation has a row in the table: one that has none is let in for nobody', () => {
  expect(Object.keys(whoMay).toSorted()).toEqual(endpoints.map(({ name }) => name).toSorted())
})

describe.each(engines)('who may do what on %s', (engine) => {
  let w: World
  let administrator: TestBrowser
  /** one of each kind, for what is refused or only looks */
  let everybody: { caller: Caller; who: Somebody }[]
  beforeAll(async () => {
    w = await world(engine)
    administrator = (await w.signedIn({ role: 'administrator' })).browser
    everybody = await Promise.all(callers.map(async (caller) => ({ caller, who: await somebody(caller) })))
  })
  afterAll(() => w.close())

  type Somebody = Awaited<ReturnType<typeof somebody>>
  /** Somebody new who shows one credential, and the browser they are signed in with, if they can be. */
  async function somebody({ role, credential }: Caller) {
    if (role === 'service') {
      const { id } = await w.person({ role })
      const { apiKey } = await administrator.call(generateServiceKey, { params: { id } })
      return { id, browser: null, client: w.client(bearer(apiKey)) }
    }
    const { id, username, browser } = await w.signedIn({ role, password: ownPassword })
    if (credential === 'cookie') return { id, browser, client: browser }
    if (credential === 'key') {
      const { apiKey } = await browser.call(generateApiKey)
      return { id, browser, client: w.client(bearer(apiKey)) }
    }
    const { apiPassword } = await browser.call(generateApiPassword)
    return { id, browser, client: w.client(basic(username, apiPassword)) }
  }

  /** What an id in a path can name that is this person's; a service has neither sessions nor links. */
  async function thingOf({ id, browser }: Pick<Somebody, 'id' | 'browser'>, names: Row['names']) {
    if (names === 'person' || names === 'service') return id
    if (browser && names === 'session') return (await browser.call(listSessions))[0]?.id ?? ''
    if (browser && names === 'download')
      return (await browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })).id
    return randomUUID()
  }

  async function thingOfAnother(names: Row['names']) {
    if (names === 'service') return (await w.person({ role: 'service' })).id
    return thingOf(names === 'person' ? { ...(await w.person()), browser: null } : await w.signedIn(), names)
  }

  /** @returns the code of the refusal; null when there was none */
  async function ask(client: TestBrowser, operation: Operation, id: string): Promise<string | null> {
    const { body: given, query } = rowOf(operation)
    const path = fullPath(operation.endpoint).replace(':id', id).replace(':resource', 'account-export')
    const form = typeof given === 'string' && { headers: { 'content-type': 'application/x-www-form-urlencoded' } }
    const body = typeof given === 'function' ? given() : given
    const answer = await client.send(operation.endpoint.method, query ? `${path}?${query}` : path, { body, ...form })
    return answer.ok ? null : ((await answer.json()) as { code: string }).code
  }

  test.each(endpoints)('AK-05 AD-01 AD-05 RA-07 $name', async (operation) => {
    const { names, meets = null } = rowOf(operation)
    const isThing = names === 'session' || names === 'download'
    const heard: Record<string, string | null> = {}
    const expected: Record<string, string | null> = {}
    for (const { caller, who: usual } of everybody) {
      const said = verdict(operation, caller)
      const isLetIn = said === meets
      const who = isLetIn && operation.endpoint.method !== 'GET' ? await somebody(caller) : usual
      const name = `${caller.role} by ${caller.credential}`
      // Somebody else's first: what is done to one's own may end the credential it is done with
      if (names) {
        heard[`${name}, of another`] = await ask(who.client, operation, await thingOfAnother(names))
        expected[`${name}, of another`] = isThing && isLetIn ? 'not-found' : said
      }
      heard[name] = await ask(who.client, operation, await thingOf(who, names))
      expected[name] = names === 'service' && isLetIn ? 'wrong-state' : said
    }
    expect(heard).toEqual(expected)
  })

  test.each(endpoints.filter(({ endpoint }) => fullPath(endpoint).includes(':id')))(
    'RA-07 $name answers what belongs to another like what is not there, and leaves it alone',
    async (operation) => {
      const { names } = rowOf(operation)
      const ids = names === 'session' || names === 'download' ? [await thingOfAnother(names)] : []
      const { client } = await somebody({ role: 'administrator', credential: 'cookie' })
      const before = await thingsOf(w)
      const answers = new Set<string>()
      for (const id of [...ids, randomUUID(), 'x', '%00', '%F0%9F%98%80', 'a'.repeat(65)]) {
        const { body: given } = rowOf(operation)
        const body = typeof given === 'function' ? given() : given
        const path = fullPath(operation.endpoint).replace(':id', id)
        const answer = await client.send(operation.endpoint.method, path, { body })
        const text = await answer.text()
        answers.add(`${answer.status} ${text.replace(/"requestId":"[^"]+"/, '')}`)
      }
      expect([...answers]).toEqual([expect.stringMatching(/^404 .*"code":"not-found"/)])
      expect(await thingsOf(w)).toEqual(before)
    },
  )

  test('AK-03 SE-07 what asks a browser for a proof asks no program, and nothing else does', async () => {
    const forCallers = endpoints.filter((operation) => typeof rowOf(operation).doors === 'object')
    const asked: { name: string; expected: string | null; ask: () => Promise<string | null> }[] = []
    for (const operation of forCallers)
      for (const caller of callers.filter(({ role }) => role === 'administrator')) {
        const said = verdict(operation, caller)
        const { names, meets = null, proof } = rowOf(operation)
        if (said !== meets) continue
        const who = await somebody(caller)
        const id = names === 'service' ? await thingOfAnother(names) : await thingOf(who, names)
        const expected = proof && caller.credential === 'cookie' ? 'step-up-required' : said
        const name = `${operation.name} by ${caller.credential}`
        asked.push({ name, expected, ask: () => ask(who.client, operation, id) })
      }
    w.clock.advance(5 * 60_000 + 1)
    for (const { name, expected, ask } of asked) expect.soft(await ask(), name).toBe(expected)
  })
})

const thingsOf = async ({ db }: World) =>
  Promise.all([
    db.select().from(db.tables.downloads),
    db.select({ id: db.tables.sessions.id }).from(db.tables.sessions),
    db.select({ id: db.tables.users.id, version: db.tables.users.version }).from(db.tables.users),
    db.select({ id: db.tables.apiKeys.id }).from(db.tables.apiKeys),
  ])
