import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('the profile on %s', (engine) => {
  let w: World
  let someone: Awaited<ReturnType<World['signedIn']>>
  beforeAll(async () => {
    w = await world(engine)
    someone = await w.signedIn({ displayName: 'Ada' })
  })
  afterAll(() => w.close())

  test('a person sees their account and changes the name others see', async () => {
    const before = await someone.browser.call(getAccount)
    expect(before).toMatchObject({
      id: someone.id,
      username: someone.username,
      displayName: 'Ada',
      role: 'member',
      twoFactor: 'disabled',
    })
    const after = await someone.browser.call(updateAccount, { body: { displayName: '  Ada L\u00f8velace \u{1f98a} ' } })
    expect(after).toEqual({ ...before, displayName: 'Ada L\u00f8velace \u{1f98a}' })
    expect(await someone.browser.call(getAccount)).toEqual(after)
  })

  test('AD-06 nothing else about the account can be written along: such a request is refused, not trimmed', async () => {
    const before = await someone.browser.call(getAccount)
    const wishes = {
      id: 'x',
      username: 'root',
      role: 'administrator',
      email: 'a@example.org',
      emailVerified: true,
      enabled: true,
      twoFactor: 'active',
      permissions: ['users'],
      passwordHash: 'x',
      createdAt: before.createdAt,
      version: 9,
    }
    for (const [name, value] of Object.entries(wishes)) {
      const refused = await someone.browser.send('PATCH', '/api/v1/account', {
        body: { displayName: 'Eve', [name]: value },
      })
      expect(await refused.json()).toMatchObject({
        status: 422,
        errors: [{ pointer: `/${name}`, code: 'unknown-member' }],
      })
    }
    expect(await someone.browser.call(getAccount)).toEqual(before)
  })

  test.each([
    ['', 'too-short'],
    ['   ', 'too-short'],
    ['x'.repeat(101), 'too-long'],
    ['line\nbreak', 'invalid'],
    ['bell\u0007', 'invalid'],
  ])('a name like %j is refused with a reason and without being repeated', async (displayName, code) => {
    const refused = await someone.browser.send('PATCH', '/api/v1/account', { body: { displayName } })
    const text = await refused.text()
    expect(JSON.parse(text)).toMatchObject({
      status: 422,
      errors: [expect.objectContaining({ pointer: '/displayName', code })],
    })
    if (displayName.trim()) expect(text).not.toContain(displayName)
  })
})
