import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { getPolicy, updatePolicy } from '@latchkey/contract/policy'
import { updateAccount } from '@latchkey/contract/profile'
import { endOtherSessions, endSession, listSessions } from '@latchkey/contract/sessions'
import { createUser, getUser, listUsers, updateUser } from '@latchkey/contract/users'
import { desc, eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic, bearer, problemOf, type TestBrowser, type TestClient } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

const HOUR = 60 * 60_000

describe.each(engines)('what programs change on %s', (engine) => {
  let w: World
  let administrator: Awaited<ReturnType<World['signedIn']>>
  let programs: { kind: 'api-key' | 'basic'; client: TestClient }[]
  beforeAll(async () => {
    w = await world(engine)
    administrator = await w.signedIn({ role: 'administrator' })
    const { apiKey } = await administrator.browser.call(generateApiKey)
    const { apiPassword } = await administrator.browser.call(generateApiPassword)
    programs = [
      { kind: 'api-key', client: w.client(bearer(apiKey)) },
      { kind: 'basic', client: w.client(basic(administrator.username, apiPassword)) },
    ]
    w.clock.advance(2 * HOUR) // no session of theirs is left, and no proof is fresh
  })
  afterAll(() => w.close())

  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const lastOf = async (event: string) => {
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.event, event)).orderBy(desc(activity.at))
    return rows[0]
  }
  const by = ({ kind, client }: (typeof programs)[number]) => ({
    ...{ actorId: administrator.id, actorKind: kind, sessionId: null },
    ...{ ipAddress: client.address, client: client.userAgent, outcome: 'success' },
  })

  test('AK-03 LG-02 an administrator’s program changes the policy without a proof, and it is remembered as such', async () => {
    for (const program of programs) {
      const before = await program.client.call(getPolicy)
      w.clock.advance(1000)
      const body = { sessionIdleMinutes: before.sessionIdleMinutes + 1 }
      expect(await program.client.call(updatePolicy, { body })).toEqual({ ...before, ...body })
      expect(await lastOf('policy.changed')).toMatchObject({ ...by(program), subjectId: null, detail: body })
    }
  })

  test('AK-03 LG-02 it adds, finds and changes people, and they are told through which door', async () => {
    for (const program of programs) {
      const { client, kind } = program
      const body = {
        username: `by-${kind}`,
        displayName: 'By a program',
        role: 'member',
        password: 'amber canyon whistle orbit',
      } as const
      const made = await client.call(createUser, { body })
      expect((await client.call(listUsers, { query: { q: body.username } })).items).toEqual([made])
      w.clock.advance(1000)
      const params = { id: made.id }
      await client.call(updateUser, { params, body: { role: 'read-only' } })
      expect(await client.call(getUser, { params })).toMatchObject({ role: 'read-only' })
      expect(await lastOf('account.changed')).toMatchObject({ ...by(program), subjectId: made.id })
      const own = client.call(updateUser, { params: { id: administrator.id }, body: { password: body.password } })
      expect((await problemOf(own)).code).toBe('not-for-yourself')
      const stale = await client.send('PATCH', `/api/v1/users/${made.id}`, {
        body: { role: 'member' },
        headers: { 'if-match': '"1"' },
      })
      expect(stale.status).toBe(412)
    }
  })

  test('AD-03 AP-03 it moves neither address nor demand of its owner, and takes no password or second factor away: that needs a proof', async () => {
    const params = { id: administrator.id }
    const rowOf = async () => {
      const { users } = w.db.tables
      const [{ lastSeenAt: _, ...row } = { lastSeenAt: 0 }] = await w.db
        .select()
        .from(users)
        .where(eq(users.id, administrator.id))
      return row
    }
    const before = await rowOf()
    for (const { client, kind } of programs)
      for (const body of [
        { email: `taken-over-${kind}@example.org` },
        { requireTwoFactor: true },
        { twoFactorActive: false },
        { password: 'amber canyon whistle orbit' },
        { email: `taken-over-${kind}@example.org`, displayName: 'Both' },
      ] as const) {
        const refused = await problemOf(client.call(updateUser, { params, body }))
        expect.soft([refused.status, refused.code], `${kind} ${Object.keys(body)}`).toEqual([403, 'not-for-yourself'])
      }
    expect(await rowOf()).toEqual(before)
    // in the browser, where they prove who they are, an administrator does
    const browser = await w.browserOf(administrator)
    const body = { email: `own-${engine}@example.org`, displayName: 'By hand' }
    expect(await browser.call(updateUser, { params, body })).toMatchObject(body)
  })

  test('the last administrator cannot be taken away by their own key either', async () => {
    const [program] = programs
    const others = (await program?.client.call(listUsers))?.items.filter(({ role }) => role === 'administrator')
    expect(others).toHaveLength(1)
    for (const body of [{ role: 'member' }, { enabled: false }] as const) {
      const refused = program?.client.call(updateUser, { params: { id: administrator.id }, body })
      expect((await problemOf(Promise.resolve(refused))).code).toBe('last-administrator')
    }
  })

  test('a key ends every browser session of its owner, or one, and nobody else’s', async () => {
    const { browser, ...person } = await w.signedIn()
    const bystander = await w.signedIn()
    const { apiKey } = await browser.call(generateApiKey)
    const client = w.client(bearer(apiKey))
    const twin = await w.browserOf(person)
    const listed = await client.call(listSessions)
    expect(listed.map(({ current }) => current)).toEqual([false, false])
    const own = listed.find(({ ipAddress }) => ipAddress === twin.address)
    await client.call(endSession, { params: { id: own?.id ?? '' } })
    expect([await isSignedIn(browser), await isSignedIn(twin)]).toEqual([true, false])
    expect(await lastOf('session.ended')).toMatchObject({ actorKind: 'api-key', actorId: person.id, sessionId: null })
    const again = await w.browserOf(person)
    await client.call(endOtherSessions)
    expect([await isSignedIn(browser), await isSignedIn(again), await isSignedIn(bystander.browser)]).toEqual([
      false,
      false,
      true,
    ])
    expect(await lastOf('sessions.ended')).toMatchObject({ actorKind: 'api-key', detail: { count: 2 } })
    expect(await client.call(listSessions)).toEqual([])
  })

  test('somebody who may only read changes nothing of themselves, in the browser or by a program', async () => {
    const { browser, username, password, displayName } = await w.signedIn({ role: 'read-only' })
    const { apiKey } = await browser.call(generateApiKey)
    for (const from of [browser, w.client(bearer(apiKey)), w.client(basic(username, password))]) {
      const refused = await problemOf(from.call(updateAccount, { body: { displayName: 'Never' } }))
      expect([refused.status, refused.code]).toEqual([403, 'forbidden'])
      const account = await from.send('GET', '/api/v1/account')
      expect(await account.json()).toMatchObject({ displayName })
    }
  })
})
