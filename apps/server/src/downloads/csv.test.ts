import { makeDownload } from '@latchkey/contract/downloads'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBrowser } from '../testing/browser.ts'
import { addHistory } from '../testing/history.ts'
import { type World, world } from '../testing/world.ts'
import { csvLine } from './csv.ts'

/** RFC 4180, read a second time and from the standard alone. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  for (let found = cell.exec(text); found; found = cell.exec(text)) {
    row.push(found[1] === undefined ? (found[2] ?? '') : found[1].replaceAll('""', '"'))
    if (found[3] === ',') continue
    rows.push(row)
    row = []
    if (cell.lastIndex === text.length) return rows
  }
  throw new Error(`Not CSV: ${text.slice(-80)}`)
}

test('a cell is quoted where it has to be, and reads back as it was', () => {
  const cells = ['plain', 'with, comma', 'with "quotes"', 'two\r\nlines', '', ' blanks ', 'ünïcödé 🔑', null, 12, true]
  expect(readCsv(csvLine(cells))).toEqual([cells.map((cell) => (cell === null ? '' : String(cell)))])
  expect(csvLine(['a', null, 'b"c', -1])).toBe('a,,"b""c",-1\r\n')
})

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  '\nx',
  '\0x',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '=HYPERLINK("http://evil","x")',
])('OWASP %j is no formula in a spreadsheet', (text) => {
  expect(readCsv(csvLine([text]))).toEqual([[`'${text}`]])
})

test.each([
  ['Mozilla;=1+1', "Mozilla;'=1+1"],
  ['a; =1+1', "a; '=1+1"],
  ['a;=HYPERLINK("http://evil";"x");+1', 'a;\'=HYPERLINK("http://evil";"x");\'+1'],
  ['a;@x', "a;'@x"],
  ['a\t-1', "a\t'-1"],
  ['a|=1', "a|'=1"],
  ['a;＝1+1', "a;'＝1+1"],
  [';=1+1', ";'=1+1"],
  ['Mozilla/5.0 (X11; Linux x86_64) a=b; c-d', 'Mozilla/5.0 (X11; Linux x86_64) a=b; c-d'],
])('OWASP %j is no formula where the spreadsheet begins cells at another sign either', (text, harmless) => {
  expect(readCsv(csvLine([text]))).toEqual([[harmless]])
})

describe.each(engines)('CSV files on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const fileOf = async (browser: TestBrowser, resource: 'activity' | 'users') => {
    const { url } = await browser.call(makeDownload, { body: { resource, expiresInHours: 1 } })
    const answer = await w.browser().send('GET', new URL(url).pathname + new URL(url).search)
    return readCsv(await answer.text())
  }

  test('the activity has a line for each thing that happened, oldest first, and what a stranger wrote is no formula', async () => {
    const { browser, username } = await w.signedIn()
    const evil = '=cmd|"/c calc"!A1,\u00e9'
    const stranger = { 'user-agent': '=HYPERLINK("http://evil.example","click")' }
    const body = { username, password: 'a wrong password for sure' }
    await w.browser().send('POST', '/api/v1/sign-in', { body, headers: stranger })
    await w
      .browser()
      .send('POST', '/api/v1/sign-in', { body, headers: { 'user-agent': Buffer.from(evil).toString('latin1') } })
    await w.signedIn() // somebody else's is not in it
    const [heading, ...rows] = await fileOf(browser, 'activity')
    expect(heading).toEqual(['when', 'what', 'outcome', 'who', 'through', 'address', 'client', 'details'])
    expect(rows.map(([, what, outcome]) => `${what} ${outcome}`)).toEqual([
      'account.created success',
      'sign-in success',
      'sign-in failure',
      'sign-in failure',
      'download-link.made success',
      'download-link.used success',
    ])
    expect(rows.map((row) => row.length)).toEqual(rows.map(() => 8))
    expect(rows[2]?.[6]).toBe(`'${stranger['user-agent']}`)
    expect(rows[3]?.[6]).toMatch(/^'=cmd/)
    const when = rows.map(([moment]) => Date.parse(moment ?? ''))
    expect(when).toEqual(when.toSorted((a, b) => a - b))
  })

  test('the list of everybody has a line for each of twelve hundred, and names that are no formulas', async () => {
    const names = ['=1+1', '@x', '+49', '-1', '＝1', 'Ünï, "Quoted"', "O'Hara"]
    for (const displayName of names) await w.person({ displayName })
    const many = Array.from({ length: 1200 }, (_, n) => ({
      ...{ id: crypto.randomUUID(), username: `many-${String(n).padStart(4, '0')}`, displayName: `Many ${n}` },
      ...{ role: 'member' as const, enabled: n % 2 === 0, requireTwoFactor: false, version: 1, createdAt: n },
    }))
    await w.db.write(async (tx) => void (await tx.insert(tx.tables.users).values(many)))
    const { browser } = await w.signedIn({ role: 'administrator' })
    const [heading, ...rows] = await fileOf(browser, 'users')
    expect(heading).toContain('user name')
    const people = await w.db.select().from(w.db.tables.users)
    expect(rows.map(([username]) => username).toSorted()).toEqual(people.map(({ username }) => username).toSorted())
    const shown = rows.map(([, displayName]) => displayName)
    for (const name of names) expect(shown).toContain(/^[\p{L}]/u.test(name) ? name : `'${name}`)
    expect(rows.find(([username]) => username === 'many-0001')).toEqual([
      'many-0001',
      'Many 1',
      '',
      'member',
      'false',
      'disabled',
      'false',
      '',
      '1970-01-01T00:00:00.001Z',
    ])
    expect(JSON.stringify(rows)).not.toContain('argon2')
  })

  test('a history of five thousand comes whole and in order, also where many things happened in one millisecond', async () => {
    const { browser, id } = await w.signedIn()
    await addHistory(w, id, 5000, w.deps.now() - 100_000)
    const rows = (await fileOf(browser, 'activity')).filter(([, what]) => what === 'step-up')
    expect(rows).toHaveLength(5000)
    expect(new Set(rows.map((row) => row[7])).size).toBe(5000)
    const { url } = await browser.call(makeDownload, { body: { resource: 'account-export', expiresInHours: 1 } })
    const answer = await w.browser().send('GET', new URL(url).pathname + new URL(url).search)
    const { activity } = (await answer.json()) as { activity: { event: string }[] }
    expect(activity.filter(({ event }) => event === 'step-up')).toHaveLength(5000)
  })
})
