import { listUsers } from '@latchkey/contract/users'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { expectProblem } from '../testing/raw-http.ts'
import { type World, world } from '../testing/world.ts'
import { createUser } from './create-user.ts'

describe.each(engines)('the list of everybody on %s', (engine) => {
  let w: World
  let browser: TestBrowser
  beforeAll(async () => {
    w = await world(engine)
    browser = (await w.signedIn({ role: 'administrator', username: 'zoe' })).browser
  })
  afterAll(() => w.close())

  /** People without a password, who cost nothing. */
  const add = (people: { username: string; displayName?: string; email?: string }[]) =>
    w.db.write(async (tx) => {
      for (const { username, displayName = 'Somebody', email } of people)
        await createUser(
          tx,
          { username, displayName, email, role: 'member', passwordHash: null },
          { kind: 'command-line', userId: null },
          w.deps.now(),
        )
    })
  const namesOf = async (query: { q?: string; cursor?: string; limit?: number }) =>
    (await browser.call(listUsers, { query })).items.map(({ username }) => username)
  const ask = async (search: string) => {
    const response = await browser.send('GET', `/api/v1/users?${search}`)
    const text = await response.text()
    return response.ok ? 'answered' : expectProblem(response, text)
  }

  test('AD-07 it comes in pages, by user name, everybody once, a hundred at most', async () => {
    const names = Array.from({ length: 103 }, (_, n) => `page-${String(n).padStart(3, '0')}`)
    await add(names.toReversed().map((username) => ({ username })))
    const first = await browser.call(listUsers, { query: { q: 'page-' } })
    expect(first.items.map(({ username }) => username)).toEqual(names.slice(0, 100))
    const rest = await browser.call(listUsers, { query: { q: 'page-', cursor: first.nextCursor ?? '' } })
    expect(rest.items.map(({ username }) => username)).toEqual(names.slice(100))
    expect(rest.nextCursor).toBeNull()

    const seen: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await browser.call(listUsers, { query: { limit: 13, ...(cursor && { cursor }) } })
      expect(page.items.length).toBeLessThanOrEqual(13)
      seen.push(...page.items.map(({ username }) => username))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(names.concat('zoe'))
  })

  test('a page stays where it was when somebody joins or goes in between', async () => {
    await add(['move-a', 'move-c', 'move-e'].map((username) => ({ username })))
    const first = await browser.call(listUsers, { query: { q: 'move-', limit: 2 } })
    await add(['move-b', 'move-d'].map((username) => ({ username })))
    expect(await namesOf({ q: 'move-', cursor: first.nextCursor ?? '' })).toEqual(['move-d', 'move-e'])
  })

  test('it is searched by any part of user name, display name and address, as written or not', async () => {
    await add([
      { username: 'ines', displayName: 'Inês Ångström', email: 'I.A@Harbour.example' },
      { username: 'under_score', displayName: '100% sure' },
      { username: 'underxscore', displayName: 'back\\slash' },
    ])
    for (const q of ['ines', 'INES', 'ne', ' ines ', 'inês', 'Ångström', 'i.a@harbour', 'HARBOUR'])
      expect.soft(await namesOf({ q }), q).toEqual(['ines'])
    expect(await namesOf({ q: 'under_' })).toEqual(['under_score'])
    expect(await namesOf({ q: '%' })).toEqual(['under_score'])
    expect(await namesOf({ q: '\\' })).toEqual(['underxscore'])
    expect(await namesOf({ q: 'nobody like that' })).toEqual([])
    expect((await namesOf({ q: ' ' })).length).toBe(100)
  })

  test('letters beyond ASCII are found in either case', async () => {
    expect(await namesOf({ q: 'ÅNGSTRÖM' })).toEqual(['ines'])
    expect(await namesOf({ q: 'ångström' })).toEqual(['ines'])
  })

  test('AD-07 it is asked in no other way: unknown, repeated and impossible parameters are refused by name', async () => {
    const refused = [
      ...['sort=password_hash', 'sort=%22);%20drop', 'filter[role]=x', 'order=desc', 'offset=5', 'role=member', 'Q=x'],
      ...[
        'limit=0',
        'limit=-1',
        'limit=101',
        'limit=1e9',
        'limit=1.5',
        'limit=',
        'limit=ten',
        'limit=%2010',
        'limit=010',
      ],
      ...['q=a&q=b', 'limit=5&limit=5', 'cursor=a&cursor=a', `q=${'x'.repeat(129)}`, `cursor=${'x'.repeat(257)}`],
      ...['q=%00', 'q=a%00b', 'q[]=a'],
    ]
    for (const search of refused) expect.soft(await ask(search), search).toBe('invalid-input')
    for (const search of ['limit=1', 'limit=100', 'q=', 'q=%27%20or%201=1'])
      expect.soft(await ask(search)).toBe('answered')
  })

  test('AD-07 a cursor that was tampered with is refused', async () => {
    const { nextCursor } = await browser.call(listUsers, { query: { limit: 1 } })
    const good = nextCursor ?? ''
    expect(await ask(`cursor=${good}`)).toBe('answered')
    const tampered = ['!', 'AA', '_w', '4A', `${good}=`, `${good}A`, good.slice(1), 'JyBvciAxPTE', 'w7w', 'abc', '%00']
    for (const cursor of tampered) expect.soft(await ask(`cursor=${cursor}`), cursor).toBe('malformed-request')
  })

  test('AD-03 AD-07 it holds what the page shows and nothing else: no secret, no hash, no version', async () => {
    const guarded = await w.withTwoFactor({ username: 'guarded' })
    const answers = [
      await browser.send('GET', '/api/v1/users?q=guarded'),
      await browser.send('GET', `/api/v1/users/${guarded.id}`),
    ]
    const [list, one] = await Promise.all(answers.map((answer) => answer.text()))
    const shown = JSON.parse(one ?? '')
    expect(JSON.parse(list ?? '')).toEqual({ items: [shown], nextCursor: null })
    expect(Object.keys(shown).sort()).toEqual([
      ...['createdAt', 'displayName', 'email', 'enabled', 'id', 'lastSeenAt'],
      ...['requireTwoFactor', 'role', 'twoFactor', 'username'],
    ])
    expect(shown).toMatchObject({ username: 'guarded', twoFactor: 'active', role: 'member', enabled: true })
    for (const secret of [guarded.secret, guarded.password, ...guarded.recoveryCodes, 'argon2'])
      expect((one ?? '') + list).not.toContain(secret)
  })

  test('nobody but an administrator gets it', async () => {
    const { browser: member } = await w.signedIn()
    expect((await problemOf(member.call(listUsers, { query: {} }))).code).toBe('forbidden')
  })
})
