import { argon2Sync, scryptSync } from 'node:crypto'
import type { Problem } from '@latchkey/contract/problem'
import { describe, expect, test } from 'vitest'
import { DEFAULT_COST, makeHashPool } from './hash-pool.ts'

/** Small on purpose: the rules are the same at any price. */
const cost = { memory: 64, passes: 1 }
const pool = makeHashPool({ cost, lanes: 2, queue: 100 })
const PASSWORD = 'violet harbour lantern'

describe('PW-07 a stored password', () => {
  test('is an Argon2id PHC string with a salt of its own: the same password is never stored the same', async () => {
    const [first = '', second = ''] = await Promise.all([pool.hash(PASSWORD), pool.hash(PASSWORD)])
    expect(first).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(second).not.toBe(first)
    expect(await Promise.all([pool.verify(PASSWORD, first), pool.verify(PASSWORD, second)])).toEqual([true, true])
  })

  test('is what RFC 9106 computes: another implementation reads it', async () => {
    const [, , , , salt = '', tag = ''] = (await pool.hash(PASSWORD)).split('$')
    const message = Buffer.from(PASSWORD)
    const parameters = {
      message,
      nonce: Buffer.from(salt, 'base64'),
      parallelism: 1,
      tagLength: 32,
      memory: 64,
      passes: 1,
    }
    expect(argon2Sync('argon2id', parameters).toString('base64').replace(/=+$/, '')).toBe(tag)
  })

  test('costs at least what OWASP asks, by default', () => {
    expect(DEFAULT_COST.memory).toBeGreaterThanOrEqual(19_456)
    expect(DEFAULT_COST.passes).toBeGreaterThanOrEqual(2)
  })

  test('of less memory, fewer passes or another algorithm is outdated; of the same or more it is not', async () => {
    const stored = await pool.hash(PASSWORD)
    const isOutdatedUnder = (memory: number, passes: number) =>
      makeHashPool({ cost: { memory, passes }, lanes: 1, queue: 0 }).isOutdated(stored)
    expect(isOutdatedUnder(64, 1)).toBe(false)
    expect(isOutdatedUnder(32, 1)).toBe(false)
    expect(isOutdatedUnder(65, 1)).toBe(true)
    expect(isOutdatedUnder(64, 2)).toBe(true)
    expect(pool.isOutdated('$scrypt$ln=4,r=8,p=1$c2FsdA$dGFn')).toBe(true)
  })

  test('of an older algorithm is still checked', async () => {
    const salt = Buffer.from('0123456789abcdef')
    const tag = scryptSync(PASSWORD, salt, 32, { N: 16, r: 8, p: 1 })
    const stored = `$scrypt$ln=4,r=8,p=1$${salt.toString('base64')}$${tag.toString('base64')}`
    expect(await pool.verify(PASSWORD, stored)).toBe(true)
    expect(await pool.verify(`${PASSWORD}.`, stored)).toBe(false)
  })

  test('that cannot be read opens for nobody', async () => {
    for (const stored of ['', '!', '$argon2id$', '$2b$12$abcdefghijklmnopqrstuv', '$argon2id$v=19$m=64,t=1,p=1$$'])
      expect(await pool.verify('', stored).catch(() => false)).toBe(false)
  })
})

describe('PW-02 PW-03 a password is compared whole', () => {
  const long = `${'v'.repeat(199)}x`

  test.each([
    ['with its last character altered', `${'v'.repeat(199)}y`, false],
    ['with character 73 altered', `${'v'.repeat(72)}w${'v'.repeat(126)}x`, false],
    ['with a blank after it', `${long} `, false],
    ['in other case', long.toUpperCase(), false],
    ['as it is', long, true],
  ])('%s', async (_, typed, answer) => {
    expect(await pool.verify(typed, await pool.hash(long))).toBe(answer)
  })

  test('é is é, however the keyboard writes it', async () => {
    expect(await pool.verify('cafe\u0301 au lait noir', await pool.hash('caf\u00e9 au lait noir'))).toBe(true)
  })

  test('one beyond the bounds never matches, not even a hash made of it or of nothing', async () => {
    expect(await pool.verify('x'.repeat(257), await pool.hash('x'.repeat(257)))).toBe(false)
    expect(await pool.verify('x'.repeat(257), await pool.hash(''))).toBe(false)
  })
})

test('SI-03 without a stored password the answer is no, after the same work', async () => {
  expect(await pool.verify(PASSWORD, null)).toBe(false)
  expect(await pool.verify('', null)).toBe(false)
})

describe('PW-08 the pool', () => {
  test('refuses as busy, with a time to come back, what finds lanes and queue full; and takes work again afterwards', async () => {
    const small = makeHashPool({ cost, lanes: 1, queue: 2 })
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => small.hash(PASSWORD)))
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Problem)
    expect(refused).toHaveLength(6) // one hashing, one let in ahead, two in the queue
    for (const problem of refused) expect(problem).toMatchObject({ code: 'busy', details: { retryAfter: 5 } })
    expect(await small.hash(PASSWORD)).toMatch(/^\$argon2id/)
  })

  test('a flood from one place fills the queue and turns away nobody else', async () => {
    const small = makeHashPool({ cost, lanes: 1, queue: 6 })
    const order: string[] = []
    const stored = await small.hash(PASSWORD)
    const one = (from: string) => small.verify(PASSWORD, stored, { from, admit: async () => void order.push(from) })
    const flood = Promise.allSettled(Array.from({ length: 20 }, () => one('flood')))
    const others = ['office', 'home', 'office'].map(one)
    expect(await Promise.all(others)).toEqual([true, true, true])
    expect((await flood).filter(({ status }) => status === 'fulfilled')).toHaveLength(5) // two let in, three still waiting
    expect(order.slice(0, 5)).toEqual(Array(5).fill('flood')) // who came first is not overtaken
  })

  test('goes on after work that failed', async () => {
    const small = makeHashPool({ cost, lanes: 1, queue: 0 })
    for (let i = 0; i < 3; i++) await small.verify(PASSWORD, '$argon2id$v=19$m=1,t=0,p=1$AA$AA').catch(() => false)
    expect(await small.hash(PASSWORD)).toMatch(/^\$argon2id/)
  })

  test('leaves the event loop free while it hashes', async () => {
    const slow = makeHashPool({ cost: { memory: 19_456, passes: 2 }, lanes: 2, queue: 10 })
    let isDone = false
    const hashing = Promise.all([slow.hash(PASSWORD), slow.hash(PASSWORD)]).then(() => (isDone = true))
    let turns = 0
    for (; !isDone; turns++) await new Promise(setImmediate)
    await hashing
    expect(turns).toBeGreaterThan(10)
  })
})
