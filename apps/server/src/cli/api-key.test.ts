import { generateApiKey } from '@latchkey/contract/api-key'
import { getAccount } from '@latchkey/contract/profile'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { latchkey } from '../testing/latchkey.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('users api-key beside a running server on %s', { timeout: 60_000 }, (engine) => {
  let w: World
  const run = (...args: string[]) => latchkey(w.database, ['users', 'api-key', ...args])
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const introspects = async (key: string) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return (await w.client(bearer(key)).send('POST', '/api/v1/introspect', { body: 'token=x', headers })).status
  }

  test('AK-01 AK-02 makes the key of a service: alone on standard output, good at once, stored nowhere', async () => {
    const { id, username } = await w.person({ role: 'service', username: `robot-${engine}` })
    const { code, out, err } = await run(username.toUpperCase())
    expect(code).toBe(0)
    expect(out).toMatch(/^lk_[0-9A-Za-z]{36}\n$/)
    expect(err).toBe('It is shown this once. The key before, if there was one, has ended.\n')
    const first = out.trim()
    expect(await introspects(first)).toBe(200)
    expect((await dump(w.db)).includes(first.slice(3, 33))).toBe(false)

    const json = await run('--json', username)
    expect([json.code, json.err]).toEqual([0, ''])
    const { apiKey: second } = JSON.parse(json.out) as { apiKey: string }
    expect([await introspects(first), await introspects(second)]).toEqual([401, 200])
    const { activity, apiKeys } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    const told = rows.filter(({ event }) => event === 'api-key.generated')
    expect(told.map(({ actorKind, actorId, ipAddress, detail }) => [actorKind, actorId, ipAddress, detail])).toEqual(
      Array(2).fill(['command-line', null, null, { overlap: 'none' }]),
    )
    expect(await w.db.select().from(apiKeys).where(eq(apiKeys.userId, id))).toHaveLength(1) // I5
  })

  test('is refused for everybody else in a sentence, and the key they have goes on', async () => {
    const person = await w.signedIn({ username: `ann-${engine}` })
    const { apiKey } = await person.browser.call(generateApiKey)
    const [member, nobody, none, two] = await Promise.all([
      run(person.username),
      run('nobody-here'),
      run(),
      run('one', 'two'),
    ])
    const sentence = 'Only a service gets its API key here: everybody else makes their own.\n'
    expect(member).toEqual({ code: 1, out: '', err: sentence })
    expect(nobody).toEqual({ code: 1, out: '', err: 'There is nobody called "nobody-here".\n' })
    for (const wrong of [none, two]) expect([wrong?.code, wrong?.out]).toEqual([2, ''])
    expect(await w.client(bearer(apiKey)).call(getAccount)).toMatchObject({ username: person.username })
  })
})
