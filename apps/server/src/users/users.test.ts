import type { BodyOf } from '@latchkey/contract/endpoint'
import { changePassword } from '@latchkey/contract/password'
import { updatePolicy } from '@latchkey/contract/policy'
import { getAccount, updateAccount } from '@latchkey/contract/profile'
import { endOtherSessions } from '@latchkey/contract/sessions'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { deactivateTwoFactor, getTwoFactor } from '@latchkey/contract/two-factor'
import { createUser, getUser, listUsers, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { withDoor } from '../testing/troubled-db.ts'
import { type Person, type World, world } from '../testing/world.ts'

const given = 'amber canyon whistle orbit'

describe.each(engines)('people, looked after by administrators, on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  let names = 0
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
  })
  afterAll(() => w.close())

  const administrator = async (url?: string) => {
    const someone = await w.person({ role: 'administrator' })
    return { ...someone, browser: await w.browserOf(someone, url) }
  }
  const fresh = () => ({ username: `new-${++names}`, displayName: 'New', role: 'member' as const, password: given })
  const update = (browser: TestBrowser, { id }: { id: string }, body: BodyOf<typeof updateUser>) =>
    browser.call(updateUser, { params: { id }, body })
  const signInAs = ({ username, password }: Pick<Person, 'username' | 'password'>, browser = w.browser()) =>
    browser.call(signIn, { body: { username, password } })
  const codeOf = async (refused: Promise<unknown>) => (await problemOf(refused)).code
  const errorsOf = async (refused: Promise<unknown>) => (await problemOf(refused)).details.errors
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const rowOf = async ({ id }: { id: string }) => {
    const { users } = w.db.tables
    const [row] = await w.db.select().from(users).where(eq(users.id, id))
    return row
  }
  const patch = async (browser: TestBrowser, { id }: { id: string }, body: unknown, ifMatch?: string) => {
    const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch }
    const answer = await browser.send('PATCH', `/api/v1/users/${id}`, { body, headers })
    return { status: answer.status, etag: answer.headers.get('etag'), body: (await answer.json()) as { code?: string } }
  }
  const etagOf = async (browser: TestBrowser, { id }: { id: string }) =>
    (await browser.send('GET', `/api/v1/users/${id}`)).headers.get('etag') ?? ''

  describe('adding somebody', () => {
    test('AD-03 they are there at once, with what was given and a password they have to change', async () => {
      const { browser } = await administrator()
      const body = { ...fresh(), displayName: ' Ann Other ', role: 'read-only' as const, email: 'Ann@Example.org' }
      const made = await browser.call(createUser, { body })
      expect(made).toEqual({
        ...{ id: made.id, username: body.username, displayName: 'Ann Other', email: 'Ann@Example.org' },
        ...{ role: 'read-only', enabled: true, twoFactor: 'disabled', requireTwoFactor: false },
        ...{ lastSeenAt: null, createdAt: made.createdAt },
      })
      expect(await browser.call(getUser, { params: { id: made.id } })).toEqual(made)
      expect(await signInAs(body)).toEqual({ status: 'password-change-required' })
      // an address nobody has proved does not sign in
      expect(await codeOf(signInAs({ ...body, username: body.email }))).toBe('wrong-credentials')
    })

    test('I6 a name or an address that is taken, however it is written, is refused and changes nothing', async () => {
      const { browser } = await administrator()
      const first = { ...fresh(), email: 'taken@example.org' }
      await browser.call(createUser, { body: first })
      const create = (over: object) => browser.call(createUser, { body: { ...fresh(), ...over } })
      for (const over of [
        { username: first.username.toUpperCase() },
        { username: first.username.replace('n', 'ｎ') },
        { email: 'TAKEN@example.org' },
      ])
        expect(await problemOf(create(over))).toMatchObject({ code: 'already-exists', status: 409 })
      const { items } = await browser.call(listUsers, { query: { q: first.username } })
      expect(items).toHaveLength(1)
    })

    test('CC-01 the same person added ten times at once on two servers is there once', async () => {
      const [one, another] = [await administrator(), await administrator(other.url)]
      const body = fresh()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 ? one : another).browser.send('POST', '/api/v1/users', { body }).then(({ status }) => status),
        ),
      )
      expect(answers.toSorted()).toEqual([201, ...Array(9).fill(409)])
    })

    test('SI-05 PW-01 PW-04 names and passwords pass the same gate as everywhere', async () => {
      const { browser } = await administrator()
      const refused = (over: object) => errorsOf(browser.call(createUser, { body: { ...fresh(), ...over } }))
      for (const username of ['al:ice', 'a', 'аlice', '-alice', 'ali ce'])
        expect(await refused({ username })).toMatchObject([{ pointer: '/username' }])
      const pointer = '/password'
      expect(await refused({ password: 'too short' })).toEqual([{ pointer, code: 'too-short', limit: 15 }])
      expect(await refused({ password: 'password12345678' })).toEqual([{ pointer, code: 'compromised' }])
      const username = 'harbourmaster'
      expect(await refused({ username, password: `${username}${username}1` })).toEqual([
        { pointer, code: 'compromised' },
      ])
      const { password: _, ...without } = fresh()
      expect(await errorsOf(browser.call(createUser, { body: without }))).toEqual([{ pointer, code: 'required' }])
    })

    test('a service needs no password and never signs in', async () => {
      const { browser } = await administrator()
      const { password: _, ...without } = fresh()
      const service = await browser.call(createUser, { body: { ...without, role: 'service' } })
      expect(service).toMatchObject({ role: 'service', enabled: true })
      const another = { ...fresh(), role: 'service' as const }
      await browser.call(createUser, { body: another })
      for (const username of [service.username, another.username])
        expect(await codeOf(signInAs({ ...fresh(), username, password: given }))).toBe('wrong-credentials')
    })
  })

  describe('AD-06 what nobody may set is refused, not dropped', () => {
    const forbidden = {
      ...{ id: 'x', version: 1, username: 'other', emailVerified: true, emailVerifiedAt: 1, passwordHash: 'x' },
      ...{ passwordChangeRequired: false, twoFactor: 'active', twoFactorEnabled: true, twoFactorPendingSince: null },
      ...{ createdAt: 1, lastSeenAt: 1, userId: 'x', state: 'x', permissions: [], canonical: 'x' },
    }

    test('AD-06 when somebody is changed', async () => {
      const { browser } = await administrator()
      const person = await w.person()
      const before = await rowOf(person)
      for (const [name, value] of Object.entries(forbidden)) {
        const { status, body } = await patch(browser, person, { displayName: 'Changed', [name]: value })
        expect([status, body]).toMatchObject([422, { errors: [{ pointer: `/${name}`, code: 'unknown-member' }] }])
      }
      for (const wrong of [
        ...[{ twoFactorActive: true }, { twoFactorActive: null }, { role: 'root' }, { role: null }, { enabled: 'no' }],
        ...[{ email: '' }, { email: 'nobody' }, { displayName: '' }, { displayName: null }, { password: '' }],
        ...[{ requireTwoFactor: 1 }],
      ])
        expect((await patch(browser, person, wrong)).status, JSON.stringify(wrong)).toBe(422)
      expect(
        (await browser.send('PATCH', `/api/v1/users/${person.id}`, { body: '{"__proto__":{"role":"administrator"}}' }))
          .ok,
      ).toBe(false)
      expect(await rowOf(person)).toEqual(before)
    })

    test('AD-06 when somebody is added', async () => {
      const { browser } = await administrator()
      const { username: _, ...others } = forbidden
      for (const [name, value] of Object.entries({ ...others, enabled: false, requireTwoFactor: true })) {
        const answer = await browser.send('POST', '/api/v1/users', { body: { ...fresh(), [name]: value } })
        expect([name, answer.status]).toEqual([name, 422])
      }
    })
  })

  test('changing some of it changes that and nothing else; nothing at all changes nothing', async () => {
    const { browser } = await administrator()
    const person = await w.person()
    const before = await browser.call(getUser, { params: { id: person.id } })
    expect(await update(browser, person, { displayName: 'Another Name' })).toEqual({
      ...before,
      displayName: 'Another Name',
    })
    expect(await update(browser, person, { requireTwoFactor: true })).toEqual({
      ...{ ...before, displayName: 'Another Name', requireTwoFactor: true, twoFactor: 'pending' },
    })
    const etag = await etagOf(browser, person)
    await update(browser, person, {})
    expect(await etagOf(browser, person)).toBe(etag)
  })

  test('nobody of that id is not found', async () => {
    const { browser } = await administrator()
    for (const id of [crypto.randomUUID(), 'x', 'a b', '%00', "' or 1=1"]) {
      for (const [method, body] of [['GET'], ['PATCH', { displayName: 'X' }], ['PATCH', { password: given }]] as const)
        expect((await browser.send(method, `/api/v1/users/${encodeURIComponent(id)}`, { body })).status).toBe(404)
    }
  })

  describe('CC-04 nobody writes over what they have not seen', () => {
    test('CC-04 a version that is past is refused, and the present one, any, or none is taken', async () => {
      const { browser } = await administrator()
      const person = await w.person()
      const first = await etagOf(browser, person)
      expect(first).toMatch(/^"\d+"$/)
      const changed = await patch(browser, person, { displayName: 'One' }, first)
      expect([changed.status, changed.etag]).toEqual([200, await etagOf(browser, person)])
      for (const stale of [first, `W/${changed.etag}`, '"0"', '"999"', '', 'garbage', `${first}, "77"`]) {
        const { status, body } = await patch(browser, person, { displayName: 'Never' }, stale)
        expect([stale, status, body.code]).toEqual([stale, 412, 'changed-meanwhile'])
      }
      expect((await browser.call(getUser, { params: { id: person.id } })).displayName).toBe('One')
      expect((await patch(browser, person, { displayName: 'Two' }, `"0", ${changed.etag}`)).status).toBe(200)
      expect((await patch(browser, person, { displayName: 'Three' }, '*')).status).toBe(200)
      expect((await patch(browser, person, { displayName: 'Four' })).status).toBe(200)
    })

    test('CC-04 two administrators who saw the same: one is told that the other was faster', async () => {
      const [one, another] = [await administrator(), await administrator(other.url)]
      for (let round = 0; round < 5; round++) {
        const person = await w.person()
        const etag = await etagOf(one.browser, person)
        const answers = await Promise.all([
          patch(one.browser, person, { displayName: 'By one' }, etag),
          patch(another.browser, person, { displayName: 'By another' }, etag),
        ])
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412])
        const [name] = answers
          .map((answer, n) => (answer.status === 200 ? ['By one', 'By another'][n] : null))
          .filter(Boolean)
        expect((await rowOf(person))?.displayName).toBe(name)
      }
    })

    test('CC-04 what the person changes in the meantime counts as well: name, second factor', async () => {
      const { browser } = await administrator()
      const person = await w.withTwoFactor()
      const own = await person.enter()
      const changes: (() => Promise<unknown>)[] = [
        () => own.call(updateAccount, { body: { displayName: 'My own choice' } }),
        async () => {
          await own.call(stepUp, { body: { code: person.code() } })
          await own.call(deactivateTwoFactor)
        },
      ]
      for (const change of changes) {
        const etag = await etagOf(browser, person)
        await change()
        expect((await patch(browser, person, { displayName: 'Overwritten' }, etag)).status).toBe(412)
      }
      expect((await own.call(getAccount)).displayName).toBe('My own choice')
    })
  })

  test('SE-08 a new role counts from the next request on, on every server', async () => {
    const { browser } = await administrator()
    const someone = await w.person()
    const own = await w.browserOf(someone, other.url)
    expect(await codeOf(own.call(listUsers, { query: {} }))).toBe('forbidden')
    await update(browser, someone, { role: 'administrator' })
    await own.call(listUsers, { query: {} })
    await update(browser, someone, { role: 'read-only' })
    expect(await codeOf(own.call(listUsers, { query: {} }))).toBe('forbidden')
    expect((await own.call(getAccount)).role).toBe('read-only')
    await update(browser, someone, { role: 'service' })
    expect(await isSignedIn(own)).toBe(false)
    expect(await codeOf(signInAs(someone))).toBe('wrong-credentials')
  })

  test('SI-04 disabling ends sessions and half-finished sign-ins on every server, and nobody gets in until enabled again', async () => {
    const { browser } = await administrator()
    const person = await w.withTwoFactor()
    const inside = [await person.enter(), await person.enter(other.url)]
    const halfway = await w.browserOf(person, other.url)
    expect(await update(browser, person, { enabled: false })).toMatchObject({ enabled: false, twoFactor: 'active' })
    for (const closed of inside) expect(await isSignedIn(closed)).toBe(false)
    const late = halfway.call(showSecondFactor, { body: { code: person.code() } })
    expect(await codeOf(late)).toBe('sign-in-expired')
    expect(await codeOf(signInAs(person))).toBe('wrong-credentials')

    await update(browser, person, { enabled: true })
    for (const closed of inside) expect(await isSignedIn(closed)).toBe(false)
    expect(await isSignedIn(await person.enter())).toBe(true)
  })

  test('EM-01 an address an administrator gives is unproved until its owner proves it; one that stays is as it was', async () => {
    const { browser } = await administrator()
    const { browser: own, ...someone } = await w.signedIn()
    const verify = () =>
      w.db.write((tx) =>
        tx.update(tx.tables.users).set({ emailVerifiedAt: w.deps.now() }).where(eq(tx.tables.users.id, someone.id)),
      )
    const shown = async () => {
      const { email, emailVerified } = await own.call(getAccount)
      return { email, emailVerified }
    }
    await update(browser, someone, { email: 'first@example.org' })
    expect(await shown()).toEqual({ email: 'first@example.org', emailVerified: false })
    await verify()
    expect((await signInAs({ ...someone, username: 'first@example.org' })).status).toBe('signed-in')
    await update(browser, someone, { email: 'first@example.org', displayName: 'Same address' })
    expect(await shown()).toEqual({ email: 'first@example.org', emailVerified: true })
    await update(browser, someone, { email: 'second@example.org' })
    expect(await shown()).toEqual({ email: 'second@example.org', emailVerified: false })
    for (const username of ['first@example.org', 'second@example.org'])
      expect(await codeOf(signInAs({ ...someone, username }))).toBe('wrong-credentials')

    const another = await w.person()
    expect(await codeOf(update(browser, another, { email: 'SECOND@example.org' }))).toBe('already-exists')
    expect(await update(browser, someone, { email: null })).toMatchObject({ email: null })
    expect(await update(browser, another, { email: 'SECOND@example.org' })).toMatchObject({
      email: 'SECOND@example.org',
    })
  })

  test('AD-03 PW-06 a password an administrator sets passes the gate, ends every session, and is not the last one', async () => {
    const { browser } = await administrator()
    const { browser: own, ...someone } = await w.signedIn()
    expect(await errorsOf(update(browser, someone, { password: 'too short' }))).toEqual([
      { pointer: '/password', code: 'too-short', limit: 15 },
    ])
    expect(await errorsOf(update(browser, someone, { password: `${someone.username} ${someone.username}` }))).toEqual([
      { pointer: '/password', code: 'compromised' },
    ])
    expect(await isSignedIn(own)).toBe(true)
    const shown = await update(browser, someone, { password: given, displayName: 'With a new one' })
    expect(JSON.stringify(shown)).not.toContain(given)
    expect(await isSignedIn(own)).toBe(false)
    expect(await codeOf(signInAs(someone))).toBe('wrong-credentials')
    expect(await signInAs({ ...someone, password: given })).toEqual({ status: 'password-change-required' })
  })

  describe('AD-04 taking away the second factor of somebody who lost it', () => {
    test('AD-04 Disabled: nothing is left of it, every session ends, the password alone lets in', async () => {
      const { browser } = await administrator()
      const person = await w.withTwoFactor()
      const inside = [await person.enter(), await person.enter(other.url)]
      const halfway = await w.browserOf(person)
      expect(await update(browser, person, { twoFactorActive: false })).toMatchObject({ twoFactor: 'disabled' })
      for (const closed of inside) expect(await isSignedIn(closed)).toBe(false)
      const [recoveryCode = ''] = person.recoveryCodes
      for (const body of [{ code: person.code() }, { recoveryCode }])
        expect(await codeOf(halfway.call(showSecondFactor, { body }))).toBe('sign-in-expired')
      const again = w.browser()
      expect(await signInAs(person, again)).toEqual({ status: 'signed-in' })
      expect(await again.call(getTwoFactor)).toMatchObject({ status: 'disabled', recoveryCodes: null })
    })

    test('AD-04 Pending where it is required, of one person or by policy', async () => {
      const person = await w.withTwoFactor()
      const { browser } = await administrator()
      const both = { requireTwoFactor: true, twoFactorActive: false } as const
      expect(await update(browser, person, both)).toMatchObject({ twoFactor: 'pending', requireTwoFactor: true })
      expect((await signInAs(person)).status).toBe('enrolment-required')

      const another = await w.withTwoFactor()
      await w.underPolicy({ requireTwoFactor: 'everyone' }, async () => {
        expect(await update(browser, another, { twoFactorActive: false })).toMatchObject({ twoFactor: 'pending' })
        expect((await signInAs(another)).status).toBe('enrolment-required')
      })
    })

    test('TO-10 with it go the failures that were counted, and the pause', async () => {
      const person = await w.withTwoFactor()
      for (let n = 0; n < 10; n++) {
        const halfway = await w.browserOf(person)
        await problemOf(halfway.call(showSecondFactor, { body: { recoveryCode: '222222-222222-222222-222222' } }))
      }
      const paused = (await w.browserOf(person)).call(showSecondFactor, { body: { code: person.code() } })
      expect(await codeOf(paused)).toBe('too-many-attempts')
      const { browser } = await administrator()
      await update(browser, person, { twoFactorActive: false })
      expect(await signInAs(person)).toEqual({ status: 'signed-in' })
    })
  })

  test('TO-08 PW-05 nobody gets round their own second factor or password this way', async () => {
    const guarded = await w.withTwoFactor({ role: 'administrator' })
    const browser = await guarded.enter()
    for (const body of [
      { password: given },
      { twoFactorActive: false },
      { password: given, displayName: 'X' },
    ] as const)
      expect(await problemOf(update(browser, guarded, body))).toMatchObject({ code: 'not-for-yourself', status: 403 })
    expect((await browser.call(getAccount)).twoFactor).toBe('active')
    expect(await update(browser, guarded, { displayName: 'My own name' })).toMatchObject({ displayName: 'My own name' })
    expect((await signInAs(guarded)).status).toBe('second-factor-required')
  })

  describe('CC-03 an administrator who is none any more changes nothing with a request that is on its way', () => {
    const requests: [string, (asking: TestBrowser, target: Person) => Promise<unknown>][] = [
      ['PATCH /users/:id', (asking, target) => update(asking, target, { displayName: 'Never' })],
      ['POST /users', (asking) => asking.call(createUser, { body: { ...fresh(), username: 'never-added' } })],
      ['PATCH /policy', (asking) => asking.call(updatePolicy, { body: { minimumPasswordLength: 8 } })],
    ]
    const ways: [string, string, (person: Person, own: TestBrowser) => Promise<unknown>][] = [
      ['signed out', 'not-signed-in', async (person) => (await w.browserOf(person)).call(endOtherSessions)],
      ['disabled', 'not-signed-in', async (p) => update((await administrator()).browser, p, { enabled: false })],
      ['demoted', 'forbidden', async (p) => update((await administrator()).browser, p, { role: 'member' })],
    ]

    test.each(requests.flatMap(([name, send]) => ways.map(([way, code, stop]) => ({ name, send, way, code, stop }))))(
      'CC-03 $name, $way meanwhile',
      async ({ send, code, stop }) => {
        const [target, asking] = [await w.person(), await administrator()]
        const door = withDoor(w.db)
        const server = await w.second({ db: door.db })
        const late = w.browser(server.url)
        for (const [name, value] of asking.browser.cookies) late.cookies.set(name, value)
        const underWay = problemOf(send(late, target))
        await door.reached
        await stop(asking, asking.browser)
        door.open()
        expect((await underWay).code).toBe(code)
        expect((await rowOf(target))?.displayName).toBe(target.displayName)
        const { browser } = await administrator()
        expect((await browser.call(listUsers, { query: { q: 'never-added' } })).items).toEqual([])
        expect((await w.db.select().from(w.db.tables.policy))[0]?.minimumPasswordLength).toBe(15)
      },
    )

    // SQLite runs one change at a time, so there is nobody to wait for
    if (engine === 'postgres')
      test('CC-03 POST /users waits for whoever is just ending that session, and then adds nobody', async () => {
        const asking = await administrator()
        const [ended, asked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
        const server = await w.second()
        const ending = w.db.write(async (tx) => {
          await tx.lockUser(asking.id)
          await tx.delete(tx.tables.sessions).where(eq(tx.tables.sessions.userId, asking.id))
          ended.resolve()
          await asked.promise
        })
        await ended.promise
        const db: typeof w.db = {
          ...server.deps.db,
          write: (work) =>
            server.deps.db.write((tx) => {
              const lockUser = (id: string) => {
                asked.resolve()
                return tx.lockUser(id)
              }
              return work(Object.assign(Object.create(tx), { lockUser }))
            }),
        }
        const late = w.browser((await w.second({ db })).url)
        for (const [name, value] of asking.browser.cookies) late.cookies.set(name, value)
        const adding = codeOf(late.call(createUser, { body: fresh() }))
        await Promise.race([asked.promise, adding])
        asked.resolve()
        await ending
        expect(await adding).toBe('not-signed-in')
      })
  })

  test('every change an administrator makes is told to the person it is about: what, by whom, from where', async () => {
    const { browser, id: by } = await administrator()
    const body = { ...fresh(), email: 'told@example.org' }
    const person = await browser.call(createUser, { body })
    await update(browser, person, { displayName: 'Told', requireTwoFactor: true })
    await update(browser, person, { role: 'read-only' })
    await update(browser, person, { email: null, enabled: false })
    await update(browser, person, { password: given })
    await update(browser, person, { twoFactorActive: false }) // I8: there was none
    await codeOf(update(browser, person, { password: 'too short' }))
    await update(browser, person, {})
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, person.id))
    const told = rows.map(({ event, outcome, detail }) => [event, outcome, detail])
    expect(told.toSorted()).toEqual(
      [
        ['account.created', 'success', { role: 'member' }],
        ['account.changed', 'success', { parts: 'displayName requireTwoFactor' }],
        ['account.changed', 'success', { parts: 'role' }],
        ['account.changed', 'success', { parts: 'enabled email' }],
        ['password.changed', 'success', { temporary: true }],
      ].toSorted(),
    )
    for (const row of rows)
      expect(row).toMatchObject({
        actorId: by,
        actorKind: 'browser',
        ipAddress: browser.address,
        client: browser.userAgent,
      })
  })

  test('an administrator’s change of their own password goes the way of everybody’s', async () => {
    const { browser, password, ...someone } = await administrator()
    await browser.call(changePassword, { body: { currentPassword: password, newPassword: given } })
    expect(await signInAs({ ...someone, password: given })).toEqual({ status: 'signed-in' })
  })
})
