import { showSecondFactor } from '@latchkey/contract/sign-in'
import { getTwoFactor } from '@latchkey/contract/two-factor'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { type World, world } from '../testing/world.ts'

describe.each(engines)('recovery codes on %s', (engine) => {
  let w: World
  let other: Awaited<ReturnType<World['second']>>
  const people: Awaited<ReturnType<World['withTwoFactor']>>[] = []
  beforeAll(async () => {
    w = await world(engine)
    other = await w.second()
    for (let n = 0; n < 4; n++) people.push(await w.withTwoFactor())
  })
  afterAll(() => w.close())

  const nth = (n: number) => people[n] as (typeof people)[number]
  const show = (browser: TestBrowser, recoveryCode: string) =>
    browser.send('POST', '/api/v1/sign-in/second-factor', { body: { recoveryCode } })
  const left = async (browser: TestBrowser) => (await browser.call(getTwoFactor)).recoveryCodes?.left
  const halfway = async (person: (typeof people)[number], count: number) => {
    const browsers: TestBrowser[] = []
    for (let n = 0; n < count; n++) browsers.push(await w.browserOf(person, n % 2 ? other.url : w.url))
    return browsers
  }

  test('RC-01 ten codes of 120 random bits, in letters and digits nobody mixes up', () => {
    const codes = people.flatMap(({ recoveryCodes }) => recoveryCodes)
    expect(new Set(codes).size).toBe(people.length * 10)
    const group = '[2-9A-HJ-NP-Z]{6}' // 32 characters, five bits each
    for (const code of codes) expect(code).toMatch(new RegExp(`^${group}-${group}-${group}-${group}$`))

    const letters = codes.join('').replaceAll('-', '')
    const expected = letters.length / 32
    const counts = Map.groupBy(letters, (letter) => letter)
    const chiSquare = [...counts.values()].reduce((sum, { length }) => sum + (length - expected) ** 2 / expected, 0)
    expect(counts.size).toBe(32)
    expect(chiSquare).toBeLessThan(110) // 31 degrees of freedom: less than once in 10^10 by chance
  })

  test('RC-01 a code works as people type it, and the panel says how many are left but never which', async () => {
    const { recoveryCodes, recoverySetId, username, password } = nth(0)
    const typed = [
      (c: string) => c.toLowerCase(),
      (c: string) => c.replaceAll('-', ''),
      (c: string) => c.toLowerCase().replaceAll('-', ' '),
    ]
    for (const [n, writeDown] of typed.entries()) {
      const browser = await w.browserOf({ ...nth(0), username, password })
      const reply = await browser.call(showSecondFactor, { body: { recoveryCode: writeDown(recoveryCodes[n] ?? '') } })
      expect(reply).toEqual({ status: 'signed-in', recoveryCodesLeft: 9 - n })
      const panel = await browser.send('GET', '/api/v1/account/two-factor')
      const text = await panel.text()
      for (const code of recoveryCodes) for (const group of code.split('-')) expect(text).not.toContain(group)
      expect(JSON.parse(text)).toMatchObject({ recoveryCodes: { setId: recoverySetId, total: 10, left: 9 - n } })
    }
  })

  test('RC-02 whoever steals the database and the log finds ten rows a person and no code', async () => {
    const stolen = (await dump(w.db)) + w.log()
    for (const { recoveryCodes, id } of people) {
      const { recoveryCodes: table } = w.db.tables
      expect(await w.db.select().from(table).where(eq(table.userId, id))).toHaveLength(10)
      for (const code of recoveryCodes) {
        const plain = code.replaceAll('-', '')
        for (const form of [
          code,
          plain,
          plain.toLowerCase(),
          Buffer.from(code).toString('base64'),
          Buffer.from(plain).toString('base64url'),
          Buffer.from(plain).toString('hex'),
        ])
          expect(stolen.includes(form)).toBe(false)
      }
    }
  })

  test('RC-02 what the database holds of a code is no code', async () => {
    const { recoveryCodes: table } = w.db.tables
    const rows = await w.db
      .select()
      .from(table)
      .where(eq(table.userId, nth(1).id))
    const browser = await w.browserOf(nth(1))
    for (const { codeHash } of rows.slice(0, 3))
      expect((await show(browser, codeHash.replace(/[-_]/g, ' '))).ok).toBe(false)
    await nth(1).enter()
  })

  test('RC-03 one code shown fifty times at once on two servers lets one browser in and takes one code', async () => {
    const person = nth(2)
    const [code = ''] = person.recoveryCodes
    const browsers = await halfway(person, 5)
    const answers = await Promise.all(
      browsers.flatMap((browser) => Array.from({ length: 10 }, () => show(browser, code))),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.every(({ status }) => [200, 401, 429].includes(status))).toBe(true)

    w.clock.advance(15 * 60_000)
    const inside = await person.enter(other.url)
    expect(await left(inside)).toBe(9)
    const [replay] = await halfway(person, 1)
    expect(
      (await problemOf(replay?.call(showSecondFactor, { body: { recoveryCode: code } }) ?? Promise.resolve())).code,
    ).toBe('wrong-code')
    expect(await left(inside)).toBe(9)
  })

  test('RC-03 two different codes at the same moment both work, and two are gone', async () => {
    const person = nth(3)
    const browsers = await halfway(person, 2)
    const answers = await Promise.all(browsers.map((browser, n) => show(browser, person.recoveryCodes[n] ?? '')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    for (const browser of browsers) expect(await left(browser)).toBe(8)
  })
})
