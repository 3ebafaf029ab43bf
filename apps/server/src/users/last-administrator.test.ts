import { updateUser } from '@latchkey/contract/users'
import { and, eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('the last administrator on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const leaving = [{ role: 'member' }, { role: 'read-only' }, { role: 'service' }, { enabled: false }] as const
  const update = (browser: TestBrowser, { id }: { id: string }, body: (typeof leaving)[number]) =>
    browser.call(updateUser, { params: { id }, body })
  const administrators = async () => {
    const { users } = w.db.tables
    return w.db
      .select()
      .from(users)
      .where(and(eq(users.role, 'administrator'), eq(users.enabled, true)))
  }

  test('AD-05 stays: neither role nor status can be given up, until there is another one who is enabled', async () => {
    const [first, second] = [await w.signedIn({ role: 'administrator' }), await w.signedIn()]
    for (const change of leaving)
      expect(await problemOf(update(first.browser, first, change))).toMatchObject({
        code: 'last-administrator',
        status: 409,
      })
    const params = { id: second.id }
    await first.browser.call(updateUser, { params, body: { role: 'administrator', enabled: false } })
    expect((await problemOf(update(first.browser, first, { role: 'member' }))).code).toBe('last-administrator')
    await first.browser.call(updateUser, {
      params: { id: first.id },
      body: { displayName: 'Still here', enabled: true },
    })

    await first.browser.call(updateUser, { params, body: { enabled: true } })
    expect(await update(first.browser, first, { role: 'member' })).toMatchObject({ role: 'member' })
    expect((await administrators()).map(({ id }) => id)).toEqual([second.id])
    const again = await w.browserOf(second)
    await again.call(updateUser, { params: { id: first.id }, body: { role: 'administrator' } })
    await update(again, second, { role: 'member' })
  })

  test('I4 CC-02 two who remove each other at once on two servers leave one of them, twenty times', async () => {
    const [remaining] = await administrators()
    const people = [await w.person({ role: 'administrator' }), await w.person({ role: 'administrator' })] as const
    await w.db.write((tx) =>
      tx
        .update(tx.tables.users)
        .set({ role: 'member' })
        .where(eq(tx.tables.users.id, remaining?.id ?? '')),
    )

    let browsers = [await w.browserOf(people[0]), await w.browserOf(people[1], other.url)] as const
    for (let round = 0; round < 20; round++) {
      const change = leaving[round % 2 ? 3 : 0] as (typeof leaving)[number]
      const answers = await Promise.all(
        browsers.map((browser, n) =>
          browser.send('PATCH', `/api/v1/users/${people[1 - n]?.id}`, { body: change }).then(({ status }) => status),
        ),
      )
      const left = await administrators()
      expect(left).toHaveLength(1)
      expect(answers.toSorted()[0]).toBe(200)
      expect([401, 403, 409]).toContain(answers.toSorted()[1])
      const winner = people.findIndex(({ id }) => id === left[0]?.id)
      expect(answers[winner]).toBe(200)

      const loser = people[1 - winner] as (typeof people)[number]
      const body = { role: 'administrator', enabled: true } as const
      await browsers[winner]?.call(updateUser, { params: { id: loser.id }, body })
      if ('enabled' in change) {
        const afresh = await w.browserOf(loser, winner === 0 ? other.url : w.url)
        browsers = winner === 0 ? [browsers[0], afresh] : [afresh, browsers[1]]
      }
    }
  })
})
