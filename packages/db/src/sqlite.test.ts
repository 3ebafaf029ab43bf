import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Db, isUnavailable } from './db.ts'
import { sql } from './drizzle.ts'
import { BUSY_TIMEOUT, openSqlite } from './sqlite.ts'

describe('the embedded database', () => {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  const folder = join(root, 'made', 'data')
  const file = join(folder, 'latchkey.db')
  let db: Db
  let umask: number
  beforeAll(() => {
    umask = process.umask(0)
    db = openSqlite(file)
  })
  afterAll(async () => {
    process.umask(umask)
    await db.close()
    rmSync(root, { recursive: true })
  })

  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

  test('CF-05 is a file of 0600 in a folder of 0700, whatever the umask', async () => {
    expect(modeOf(folder)).toBe('700')
    expect(modeOf(file)).toBe('600')
  })

  test('CF-05 its companions, which hold the newest rows, are no more open than the file', async () => {
    await db.write((tx) => tx.insert(tx.tables.attempts).values({ key: 'mode', failures: 1 }))
    expect([modeOf(`${file}-wal`), modeOf(`${file}-shm`)]).toEqual(['600', '600'])
  })

  test('CF-05 a file that lay open is closed when it is opened', async () => {
    const open = join(root, 'open')
    mkdirSync(open)
    new Database(join(open, 'latchkey.db')).close()
    await openSqlite(join(open, 'latchkey.db')).close()
    expect(modeOf(join(open, 'latchkey.db'))).toBe('600')
  })

  test('DB-01 writes ahead and forces every commit to the disk, with foreign keys on', async () => {
    const read = (pragma: string) =>
      db.select({ value: sql<string | number>`${sql.identifier(pragma)}` }).from(sql.raw(`pragma_${pragma}`) as never)
    expect(await read('journal_mode')).toEqual([{ value: 'wal' }])
    expect(await read('synchronous')).toEqual([{ value: 2 }])
    expect(await read('foreign_keys')).toEqual([{ value: 1 }])
    await db.write(async (tx) => {
      const inWriter = (pragma: string) =>
        tx.select({ value: sql<string | number>`${sql.identifier(pragma)}` }).from(sql.raw(`pragma_${pragma}`) as never)
      expect(await inWriter('journal_mode')).toEqual([{ value: 'wal' }])
      expect(await inWriter('synchronous')).toEqual([{ value: 2 }])
      expect(await inWriter('foreign_keys')).toEqual([{ value: 1 }])
    })
  })

  test('DB-04 the connection that reads cannot write', async () => {
    const { session } = db.select({ value: sql`1` }).from(db.tables.attempts) as unknown as {
      session: { run(statement: unknown): unknown }
    }
    const sneak = () => session.run(sql`insert into attempts (key, failures) values ('sneaked', 1)`)
    expect(sneak).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'SQLITE_READONLY' }) }))
  })

  test('DB-04 a database that another program keeps locked is unavailable after a while, and then is there again', async () => {
    expect(BUSY_TIMEOUT).toBeLessThanOrEqual(10_000)
    const own = openSqlite(file, 100)
    const other = new Database(file)
    other.exec('begin immediate')
    const add = () => own.write((tx) => tx.insert(tx.tables.attempts).values({ key: 'blocked', failures: 1 }))
    expect(isUnavailable(await add().catch((error: unknown) => error))).toBe(true)
    other.exec('rollback')
    other.close()
    await add()
    await own.close()
  })

  test('DB-04 while one write waits for another program, the process goes on', async () => {
    const other = new Database(file)
    other.exec('begin immediate')
    let isWritten = false
    const writing = db.write((tx) => tx.insert(tx.tables.attempts).values({ key: 'patient', failures: 1 }))
    void writing.then(() => (isWritten = true))
    for (let read = 0; read < 10; read++) await db.select().from(db.tables.attempts)
    expect(isWritten).toBe(false)
    other.exec('rollback') // reached only because the waiting did not stop this very process
    other.close()
    await writing
  })

  test('writes run one after the other, in the order they were asked for', async () => {
    const order: string[] = []
    const write = (name: string, turns: number) =>
      db.write(async () => {
        order.push(`${name} begins`)
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
        order.push(`${name} ends`)
      })
    await Promise.all([write('a', 3), write('b', 0), write('c', 1)])
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  test('closing waits for the write that runs', async () => {
    const own = openSqlite(join(root, 'closing', 'latchkey.db'))
    const writing = own.write((tx) => tx.insert(tx.tables.attempts).values({ key: 'last', failures: 1 }))
    await own.close()
    await writing
    const again = openSqlite(join(root, 'closing', 'latchkey.db'))
    expect(await again.select().from(again.tables.attempts)).toHaveLength(1)
    await again.close()
  })
})
