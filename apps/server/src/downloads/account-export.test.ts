import { generateApiKey } from '@latchkey/contract/api-key'
import { generateApiPassword } from '@latchkey/contract/api-password'
import { makeDownload } from '@latchkey/contract/downloads'
import { renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { showSecondFactor } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator } from '@latchkey/contract/two-factor'
import { updateUser } from '@latchkey/contract/users'
import { eq, getTableColumns } from '@latchkey/db/drizzle'
import { type Engine, engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wrongCode } from '../testing/authenticator-app.ts'
import type { TestBrowser } from '../testing/browser.ts'
import { type World, world } from '../testing/world.ts'
import { impersonal, parts } from './account-export.ts'

type Row = Record<string, unknown>
type Export = { exportedAt: string; account: Row; activity: Row[] } & Record<string, Row[]>
type Name = keyof typeof parts

describe.each(engines)('the account export on %s', (engine: Engine) => {
  let w: World
  let someone: Awaited<ReturnType<typeof everything>>
  let text: string
  let file: Export
  beforeAll(async () => {
    w = await world(engine)
    someone = await everything()
    text = await exportOf(someone.browser)
    file = JSON.parse(text)
  })
  afterAll(() => w.close())

  async function exportOf(browser: TestBrowser) {
    const body = { resource: 'account-export', expiresInHours: 1 } as const
    const { url } = await browser.call(makeDownload, { body })
    const answer = await w.browser().send('GET', new URL(url).pathname + new URL(url).search)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    return answer.text()
  }

  /** Somebody with a row in every table that is about people. */
  async function everything() {
    const person = await w.withTwoFactor({ displayName: 'Zoë "Quoted" \\ Ωmega 🔑' })
    const administrator = await w.signedIn({ role: 'administrator' })
    const email = `zoe-${engine}@example.org`
    await administrator.browser.call(updateUser, { params: { id: person.id }, body: { email } })
    const used = await w.browserOf(person)
    await used.call(showSecondFactor, { body: { recoveryCode: person.recoveryCodes[0] ?? '' } })
    const browser = await person.enter()
    const secrets: string[] = []
    await w.underPolicy({ apiKeyVisibility: 'copyable' }, async () => {
      for (const body of [{}, { overlap: '7d' }] as const)
        secrets.push((await browser.call(generateApiKey, { body })).apiKey)
    })
    secrets.push((await browser.call(generateApiPassword)).apiPassword)
    await browser.call(stepUp, { body: { code: person.code() } })
    secrets.push(...(await browser.call(renewRecoveryCodes)).recoveryCodes)
    await browser.call(stepUp, { body: { code: person.code() } })
    secrets.push((await browser.call(beginAuthenticator)).secret)
    const half = await w.browserOf(person)
    await half.send('POST', '/api/v1/sign-in/second-factor', {
      body: { code: wrongCode(person.secret, w.deps.now()) },
    })
    secrets.push(person.password, person.secret, ...person.recoveryCodes)
    for (const one of [browser, half, used]) secrets.push(...one.cookies.values())
    return { ...person, browser, administrator, email, secrets }
  }

  const isPersonal = (name: string): name is Name => name in parts
  const rowsOf = async (name: Name): Promise<Row[]> => {
    const table = w.db.tables[name] as World['db']['tables']['sessions']
    const { users, activity } = w.db.tables
    const owner = name === 'users' ? users.id : name === 'activity' ? activity.subjectId : table.userId
    return w.db.select().from(table).where(eq(owner, someone.id))
  }
  const shownOf = (name: Name): Row[] => (name === 'users' ? [file.account] : (file[name] ?? []))

  test('every table is about people, and in the export, or about nobody', () => {
    const named = [...Object.keys(parts), ...impersonal]
    expect(named.toSorted()).toEqual(Object.keys(w.db.tables).toSorted())
    for (const name of impersonal) expect(Object.keys(getTableColumns(w.db.tables[name]))).not.toContain('userId')
  })

  test('every column of a table about people has its fate', () => {
    for (const [name, fates] of Object.entries(parts)) {
      const columns = Object.keys(getTableColumns(w.db.tables[name as Name])).filter((column) => column !== 'userId')
      expect(Object.keys(fates).toSorted(), name).toEqual(columns.toSorted())
    }
  })

  test('what sounds like a secret is one', () => {
    for (const [name, fates] of Object.entries(parts))
      for (const [column, fate] of Object.entries(fates))
        if (/hash|sealed|secret|token|holder|step$|steps$/i.test(column) && column !== 'step')
          expect.soft(fate, `${name}.${column}`).toBe('secret')
  })

  test.each(Object.keys(parts) as Name[])('of %s it holds what it says and nothing else, row by row', async (name) => {
    const stored = await rowsOf(name)
    const shown = shownOf(name)
    expect(stored.length).toBeGreaterThan(0)
    const fates: Record<string, string> = parts[name]
    const wanted = Object.keys(fates).filter((column) => ['given', 'moment'].includes(fates[column] ?? ''))
    for (const row of shown) expect(Object.keys(row).toSorted()).toEqual(wanted.toSorted())

    /** from where and with what an administrator did something is the administrator's */
    const hidden = { sessionId: null, requestId: null, ipAddress: null, client: null }
    const isOthers = (row: Row) => name === 'activity' && row['actorId'] !== null && row['actorId'] !== row['subjectId']
    const ofOthers = (row: Row) => (isOthers(row) ? { ...row, actorId: 'an administrator', ...hidden } : row)
    const outside = (row: Row) =>
      JSON.stringify(
        wanted.toSorted().map((column) => {
          const value = row[column]
          return fates[column] === 'moment' && typeof value === 'number' ? new Date(value).toISOString() : value
        }),
      )
    const inFile = shown.map((row) => JSON.stringify(wanted.toSorted().map((column) => row[column])))
    if (name === 'downloads' || name === 'users') return // the link it came by was used, and they were seen, meanwhile
    expect(inFile.toSorted()).toEqual(stored.map(ofOthers).map(outside).toSorted())
  })

  test('it is one JSON object with the person, where they are signed in, their keys by hint, and what happened', () => {
    expect(Object.keys(file).toSorted()).toEqual(
      ['exportedAt', 'account', ...Object.keys(parts).filter((name) => name !== 'users')].toSorted(),
    )
    const { username, email, displayName, id, browser } = someone
    expect(file.account).toMatchObject({ id, username, email, displayName, role: 'member', enabled: true })
    expect(file['sessions']?.map(({ ipAddress }) => ipAddress)).toContain(browser.address)
    expect(file['apiKeys']).toHaveLength(2)
    for (const { hint } of file['apiKeys'] ?? []) expect(hint).toMatch(/^lk_.{4}….{4}$/)
    expect(file['recoveryCodes']).toHaveLength(20)
    const events = file.activity.map(({ event }) => event)
    expect(events[0]).toBe('account.created')
    for (const event of ['account.changed', 'two-factor.enabled', 'recovery-code.used', 'api-key.generated'])
      expect(events).toContain(event)
    expect(events.slice(-2)).toEqual(['download-link.made', 'download-link.used'])
    for (const moment of [file.exportedAt, file.account['createdAt']]) expect(moment).toMatch(/^\d{4}-.*Z$/)
  })

  test('CR-05 AK-02 it holds no secret, no hash and nothing that helps to find one', async () => {
    const stored: unknown[] = []
    for (const [name, fates] of Object.entries(parts))
      for (const row of isPersonal(name) ? await rowsOf(name) : [])
        for (const [column, fate] of Object.entries(fates)) if (fate === 'secret') stored.push(row[column])
    // what an unproved app was shown to may be a session, whose handle is in the file on purpose
    const handles = (file['sessions'] ?? []).map(({ id }) => id)
    const hidden = [
      ...someone.secrets,
      ...stored.filter((value) => typeof value === 'string' && value.length > 5),
    ].filter((value) => !handles.includes(value))
    expect(hidden.length).toBeGreaterThan(60)
    for (const secret of hidden as string[])
      for (const form of [secret, secret.replaceAll('-', ''), secret.toLowerCase()])
        expect.soft(text.includes(form), `${secret.slice(0, 4)}…`).toBe(false)
    expect(text).not.toContain('argon2')
  })

  test('RA-07 it is about nobody else', async () => {
    const others = await w.db.select().from(w.db.tables.users)
    for (const { username, id } of others.filter(({ id }) => id !== someone.id)) {
      expect(text).not.toContain(username)
      expect(text).not.toContain(id)
    }
  })

  test('RA-07 what an administrator did is in it and in the history, and nothing of where they were or who they are', async () => {
    const person = await w.signedIn()
    await person.browser.call(generateApiKey)
    const chief = await w.signedIn({ role: 'administrator' })
    const sending = { headers: { 'user-agent': 'Chief-Browser/7.1' } }
    const changes = [
      ['PATCH', '', { ...sending, body: { displayName: 'Changed', requireTwoFactor: true } }],
      ['PATCH', '', { ...sending, body: { requireTwoFactor: false } }],
      ['DELETE', '/credentials', sending],
    ] as const
    for (const [method, path, options] of changes)
      expect((await chief.browser.send(method, `/api/v1/users/${person.id}${path}`, options)).ok).toBe(true)
    const { sessions, activity } = w.db.tables
    const [session] = await w.db.select().from(sessions).where(eq(sessions.userId, chief.id))
    const stored = await w.db.select().from(activity).where(eq(activity.actorId, chief.id))
    const own = stored.filter(({ subjectId }) => subjectId === person.id)
    expect(own.map(({ sessionId }) => sessionId)).toEqual([session?.id, session?.id, session?.id])

    const { url } = await person.browser.call(makeDownload, { body: { resource: 'activity', expiresInHours: 1 } })
    const csv = await (await w.browser().send('GET', new URL(url).pathname + new URL(url).search)).text()
    const json = await exportOf(person.browser)
    for (const file of [csv, json]) {
      for (const event of ['account.changed', 'api-key.revoked']) expect(file).toContain(event)
      for (const secret of [
        ...[chief.browser.address, 'Chief-Browser', session?.id, chief.id, chief.username, chief.displayName],
        ...own.map(({ requestId }) => requestId),
      ])
        expect.soft(file).not.toContain(secret)
      expect(file).toContain(person.browser.address) // their own is theirs
      expect(file).toContain('an administrator')
    }
    const told = (JSON.parse(json) as Export).activity.filter(({ event }) => event === 'account.changed')
    expect(told).toHaveLength(2)
    for (const row of told)
      expect(row).toMatchObject({ subjectId: person.id, sessionId: null, ipAddress: null, client: null })
  })

  test('of somebody who only just came it is as readable', async () => {
    const { browser, id } = await w.signedIn()
    const fresh = JSON.parse(await exportOf(browser)) as Export
    expect(fresh).toMatchObject({ account: { id, email: null }, apiKeys: [], apiPasswords: [], authenticators: [] })
    expect(fresh.activity.length).toBeGreaterThan(2)
  })
})
