import { getAccount } from '@latchkey/contract/profile'
import { signOut } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { and, eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('signing out on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const sessionsOf = ({ id }: { id: string }) => {
    const { sessions } = w.db.tables
    return w.db.select().from(sessions).where(eq(sessions.userId, id))
  }

  test('SE-04 with the token from before a proof still ends the session, and opens nothing', async () => {
    const { browser, password, id } = await w.signedIn()
    const before = browser.cookies.get('latchkey-session') ?? ''
    await browser.call(stepUp, { body: { password } })
    const late = w.browser(other.url)
    late.cookies.set('latchkey-session', before)
    expect((await problemOf(late.call(getAccount))).code).toBe('not-signed-in')
    late.cookies.set('latchkey-session', before)
    await late.call(signOut)
    expect((await problemOf(browser.call(getAccount))).code).toBe('not-signed-in')
    expect(await sessionsOf({ id })).toEqual([])
  })

  test('SE-04 crossing with a proof on another server leaves no session, whichever comes first, and is told once', async () => {
    const someone = await w.person()
    for (let round = 1; round <= 10; round++) {
      const browser = await w.browserOf(someone)
      const headers = { cookie: `latchkey-session=${browser.cookies.get('latchkey-session')}` }
      const [proved, left] = await Promise.all([
        w.browser().send('POST', '/api/v1/step-up', { body: { password: someone.password }, headers }),
        w.browser(other.url).send('POST', '/api/v1/sign-out', { headers }),
      ])
      expect([204, 401]).toContain(proved.status)
      expect(left.status).toBe(204)
      expect(await sessionsOf(someone)).toEqual([])
      const { activity } = w.db.tables
      const told = and(eq(activity.subjectId, someone.id), eq(activity.event, 'sign-out'))
      expect(await w.db.select().from(activity).where(told)).toHaveLength(round)
    }
  })
})
