import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Db, isUnavailable, isUniqueViolation, type Tx } from './db.ts'
import { eq, sql } from './drizzle.ts'
import { openDb } from './open.ts'
import { engines, type FreshDatabase, freshDatabase } from './testing.ts'

describe.each(engines)('the database on %s', (engine) => {
  let database: FreshDatabase
  let db: Db
  beforeAll(async () => {
    database = await freshDatabase(engine)
    db = await openDb(database)
  })
  afterAll(async () => {
    await db.close()
    await database.drop()
  })

  const addUser = (tx: Tx, id: string, over: { username?: string; email?: string; role?: 'member' } = {}) =>
    tx.insert(tx.tables.users).values({
      id,
      username: over.username ?? id,
      displayName: id,
      email: over.email ?? null,
      emailKey: over.email ?? null,
      role: over.role ?? 'member',
      enabled: true,
      requireTwoFactor: false,
      version: 1,
      createdAt: 1,
    })
  const find = (id: string) => db.select().from(db.tables.users).where(eq(db.tables.users.id, id))
  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => Promise.reject(new Error('Expected a failure, but it succeeded')),
      (error: unknown) => error,
    )

  test('DB-01 a write that throws leaves nothing behind, not even what it did before', async () => {
    const failure = await failureOf(
      db.write(async (tx) => {
        await addUser(tx, 'rolled-back')
        await tx.insert(tx.tables.attempts).values({ key: 'rolled-back', failures: 1 })
        throw new Error('changed my mind')
      }),
    )
    expect(failure).toMatchObject({ message: 'changed my mind' })
    expect(await find('rolled-back')).toEqual([])
    expect(await db.select().from(db.tables.attempts)).toEqual([])
  })

  test('DB-01 a statement that fails takes the whole write with it', async () => {
    const { attempts } = db.tables
    const failure = await failureOf(
      db.write(async (tx) => {
        await tx.insert(attempts).values({ key: 'first', failures: 1 })
        await tx.insert(attempts).values({ key: 'first', failures: 1 })
      }),
    )
    expect(isUniqueViolation(failure)).toBe(true)
    expect(await db.select().from(attempts).where(eq(attempts.key, 'first'))).toEqual([])
    await db.write((tx) => addUser(tx, 'after-a-failure'))
    expect(await find('after-a-failure')).toHaveLength(1)
  })

  test('DB-01 what a write resolved with is seen by every reader at once, and by another process', async () => {
    const other = await openDb(database)
    try {
      for (let i = 0; i < 5; i++) {
        await db.write((tx) => addUser(tx, `seen-${i}`))
        expect(await find(`seen-${i}`)).toHaveLength(1)
        const { users } = other.tables
        expect(
          await other
            .select()
            .from(users)
            .where(eq(users.id, `seen-${i}`)),
        ).toHaveLength(1)
      }
    } finally {
      await other.close()
    }
  })

  test('DB-01 nobody sees a write before it is whole', async () => {
    await db.write(async (tx) => {
      await addUser(tx, 'half-done')
      expect(await find('half-done')).toEqual([])
    })
    expect(await find('half-done')).toHaveLength(1)
  })

  test('CC-02 fifty writes that read, think and write lose none of their counts', async () => {
    const { attempts } = db.tables
    await db.write(async (tx) => {
      await addUser(tx, 'counted')
      await tx.insert(attempts).values({ key: 'counter', failures: 0 })
    })
    const other = await openDb(database)
    const addOne = (through: Db) =>
      through.write(async (tx) => {
        await tx.lockUser('counted')
        const [row] = await tx.select().from(attempts).where(eq(attempts.key, 'counter'))
        await tx
          .update(attempts)
          .set({ failures: (row?.failures ?? 0) + 1 })
          .where(eq(attempts.key, 'counter'))
      })
    await Promise.all(Array.from({ length: 50 }, (_, i) => addOne(i % 2 ? db : other)))
    await other.close()
    expect(await db.select().from(attempts).where(eq(attempts.key, 'counter'))).toMatchObject([{ failures: 50 }])
  })

  test('CC-01 of two uses of one thing at once exactly one wins', async () => {
    const { setupLinks } = db.tables
    for (let round = 0; round < 5; round++) {
      await db.write((tx) => tx.insert(setupLinks).values({ tokenHash: 'once', expiresAt: 1 }))
      const use = () => db.write((tx) => tx.delete(setupLinks).where(eq(setupLinks.tokenHash, 'once')).returning())
      const outcomes = await Promise.all(Array.from({ length: 10 }, use))
      expect(outcomes.flat()).toHaveLength(1)
    }
  })

  test('DB-02 twenty people who want one name at once: one gets it, nineteen hear that it is taken', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => db.write((tx) => addUser(tx, `wants-${i}`, { username: 'popular' }))),
    )
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toHaveLength(19)
    expect(refused.every(({ reason }) => isUniqueViolation(reason))).toBe(true)
    expect(refused.some(({ reason }) => isUnavailable(reason))).toBe(false)
  })

  test('DB-02 a broken reference is refused, and is not taken for a name that is taken', async () => {
    const { sessions } = db.tables
    const orphan = {
      id: 'orphan',
      tokenHash: 'orphan',
      userId: 'nobody-at-all',
      authenticationMethods: [],
      ipAddress: '192.0.2.1',
      createdAt: 1,
      lastModifiedAt: 1,
      lastAuthenticationAt: 1,
      lastSeenAt: 1,
      expiresAt: 1,
    }
    const failure = await failureOf(db.write((tx) => tx.insert(sessions).values(orphan)))
    expect(isUniqueViolation(failure)).toBe(false)
    expect(isUnavailable(failure)).toBe(false)
    expect(await db.select().from(sessions)).toEqual([])
  })

  test('DB-02 with a person go their sessions, factors and codes, in one statement', async () => {
    const { users, sessions, recoverySets, recoveryCodes } = db.tables
    await db.write(async (tx) => {
      await addUser(tx, 'leaving')
      await tx.insert(sessions).values({
        id: 'leaving',
        tokenHash: 'leaving',
        userId: 'leaving',
        authenticationMethods: ['password'],
        ipAddress: '192.0.2.1',
        createdAt: 1,
        lastModifiedAt: 1,
        lastAuthenticationAt: 1,
        lastSeenAt: 1,
        expiresAt: 1,
      })
      await tx.insert(recoverySets).values({ id: 'leaving', userId: 'leaving', label: 'ABCD', createdAt: 1 })
      await tx.insert(recoveryCodes).values({ codeHash: 'leaving', setId: 'leaving', userId: 'leaving' })
    })
    await db.write((tx) => tx.delete(users).where(eq(users.id, 'leaving')))
    expect(await db.select().from(sessions)).toEqual([])
    expect(await db.select().from(recoverySets)).toEqual([])
    expect(await db.select().from(recoveryCodes)).toEqual([])
  })

  test('DB-02 a row that breaks a rule of the schema is refused, and that is neither a taken name nor an outage', async () => {
    const { users, policy, authenticators, activity } = db.tables
    await db.write((tx) => addUser(tx, 'ruled'))
    const factor = {
      id: 'ruled',
      userId: 'ruled',
      sealedSecret: '',
      confirmedAt: 1,
      lastUsedAt: 1,
      lastStep: 1,
      drift: 2,
    }
    const event = { id: 'ruled', at: 1, event: 'sign-in', actorKind: 'browser' }
    const breaches: ((tx: Tx) => Promise<unknown>)[] = [
      (tx) =>
        tx
          .update(users)
          .set({ role: 'owner' as 'member' })
          .where(eq(users.id, 'ruled')),
      (tx) => tx.update(users).set({ email: 'a@b.example' }).where(eq(users.id, 'ruled')),
      (tx) => tx.insert(policy).values({ id: 2 }),
      (tx) => tx.insert(policy).values({ id: 1, minimumPasswordLength: 7 }),
      (tx) => tx.insert(policy).values({ id: 1, requireTwoFactor: 'some' as 'nobody' }),
      (tx) => tx.insert(authenticators).values(factor),
      (tx) => tx.insert(activity).values({ ...event, outcome: 'maybe' as 'success' }),
    ]
    for (const breach of breaches) {
      const failure = await failureOf(db.write(breach))
      expect(isUniqueViolation(failure)).toBe(false)
      expect(isUnavailable(failure)).toBe(false)
    }
    expect(await db.select().from(policy)).toEqual([])
  })

  test('the time of the database is a whole number of milliseconds that does not run backwards', async () => {
    const first = await db.databaseTime()
    expect(Number.isInteger(first)).toBe(true)
    expect(await db.databaseTime()).toBeGreaterThanOrEqual(first)
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000)
  })

  test('DB-01 after kill -9 everything a write had resolved is there, and nothing half', async () => {
    const crash = await freshDatabase(engine)
    const child = spawn(process.execPath, [fileURLToPath(new URL('testing-writer.ts', import.meta.url))], {
      env: { ...process.env, DATABASE: JSON.stringify({ databaseUrl: crash.databaseUrl, dataDir: crash.dataDir }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let reported = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      reported += text.length
      if (reported >= 20) child.kill('SIGKILL')
    })
    const [, signal] = await once(child, 'close')
    expect(signal).toBe('SIGKILL')

    const again = await openDb(crash)
    const { users, attempts } = again.tables
    const people = (await again.select().from(users)).length
    const counters = (await again.select().from(attempts)).length
    await again.close()
    await crash.drop()
    expect(people).toBeGreaterThanOrEqual(reported)
    expect(counters).toBe(people)
  })
})

describe.runIf(engines.includes('postgres'))('PostgreSQL in particular', () => {
  let database: FreshDatabase
  let db: Db
  let owner: pg.Client
  beforeAll(async () => {
    database = await freshDatabase('postgres')
    db = await openDb(database)
    owner = new pg.Client({ connectionString: database.databaseUrl })
    await owner.connect()
  })
  afterAll(async () => {
    await owner.end()
    await db.close()
    await database.drop()
  })

  const codeOf = async (promise: Promise<unknown>) => {
    const failure = await promise.then(
      () => null,
      (error: Error) => error,
    )
    return ((failure?.cause ?? failure) as { code?: string } | null)?.code
  }
  const INSUFFICIENT_PRIVILEGE = '42501'

  test.each([
    'create table mine (id text)',
    'drop table users',
    'alter table users add column mine text',
    'truncate activity',
    'truncate users cascade',
    "update activity set outcome = 'success'",
    'delete from activity',
    "update migrations set hash = ''",
    "insert into migrations values ('x', 1)",
    'create schema mine',
    'create role mine',
  ])('DB-04 LG-04 the runtime role may not: %s', async (statement) => {
    expect(await codeOf(db.write((tx) => (tx as unknown as Executes).execute(sql.raw(statement))))).toBe(
      INSUFFICIENT_PRIVILEGE,
    )
  })

  test('DB-04 a connection that breaks in the middle of a write fails that write, and the process lives on', async () => {
    const administration = new pg.Client({ connectionString: database.databaseUrl })
    await administration.connect()
    const name = new URL(database.databaseUrl as string).pathname.slice(1)
    const failure = await db
      .write(async (tx) => {
        await tx.insert(tx.tables.attempts).values({ key: 'cut off', failures: 1 })
        const others = "datname = $1 and state = 'idle in transaction'"
        await administration.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${others}`, [name])
        await tx.select().from(tx.tables.attempts)
      })
      .catch((error: unknown) => error)
    await administration.end()
    expect(isUnavailable(failure)).toBe(true)
    expect(await db.select().from(db.tables.attempts).where(eq(db.tables.attempts.key, 'cut off'))).toEqual([])
  })

  test('DB-04 LG-04 it may write the activity and read it', async () => {
    const { activity } = db.tables
    await db.write((tx) =>
      tx.insert(activity).values({ id: 'one', at: 1, event: 'sign-in', outcome: 'success', actorKind: 'browser' }),
    )
    expect(await db.select().from(activity)).toHaveLength(1)
  })

  test('DB-04 readers work in the runtime role too', async () => {
    const [row] = await db.select({ role: sql<string>`current_user` }).from(db.tables.activity).limit(1)
    expect(row?.role).toBe('latchkey_runtime')
  })

  test('DB-04 a row that somebody else holds ends in a refusal within ten seconds, and all is well afterwards', async () => {
    const { users } = db.tables
    await owner.query(`insert into users (id, username, display_name, role, enabled, require_two_factor, version, created_at)
      values ('held', 'held', 'Held', 'member', true, false, 1, 1)`)
    await owner.query('begin')
    await owner.query(`select 1 from users where id = 'held' for update`)
    const began = performance.now()
    const change = () => db.write((tx) => tx.update(users).set({ displayName: 'Changed' }).where(eq(users.id, 'held')))
    // more of them than there are connections: the rest wait for one, and are refused as well
    const outcomes = await Promise.allSettled(Array.from({ length: 15 }, change))
    const waited = performance.now() - began
    await owner.query('commit')

    const failures = outcomes.map((outcome) => outcome.status === 'rejected' && isUnavailable(outcome.reason))
    expect(failures).toEqual(Array(15).fill(true))
    expect(waited).toBeLessThan(10_000)
    await change()
    expect(await db.select().from(users).where(eq(users.id, 'held'))).toMatchObject([{ displayName: 'Changed' }])
  })

  test('DB-04 a deadlock is repeated until both writes are done', async () => {
    const { attempts } = db.tables
    await db.write((tx) =>
      tx.insert(attempts).values([
        { key: 'a', failures: 0 },
        { key: 'b', failures: 0 },
      ]),
    )
    const touch = (tx: Tx, key: string) =>
      tx
        .update(attempts)
        .set({ failures: sql`${attempts.failures} + 1` })
        .where(eq(attempts.key, key))
    const bothHoldOne = barrier(2)
    const both = (first: string, second: string) =>
      db.write(async (tx) => {
        await touch(tx, first)
        await bothHoldOne()
        await touch(tx, second)
      })
    await Promise.all([both('a', 'b'), both('b', 'a')])
    expect(await db.select().from(attempts)).toMatchObject([{ failures: 2 }, { failures: 2 }])
  })

  test('DB-04 a server that is gone, or refuses, counts as unavailable', async () => {
    const url = new URL(database.databaseUrl as string)
    url.port = '1'
    const failure = await openDb({ databaseUrl: url.href, dataDir: database.dataDir }).catch((error: unknown) => error)
    expect(isUnavailable(failure)).toBe(true)

    const doomed = await openDb(database)
    await doomed.select().from(doomed.tables.policy)
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    const outcomes = await Promise.allSettled(
      Array.from({ length: 3 }, () => doomed.select().from(doomed.tables.policy)),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(isUnavailable(outcome.reason)).toBe(true)
    expect(await doomed.select().from(doomed.tables.policy)).toEqual([])
    await doomed.close()
  })
})

type Executes = { execute(statement: ReturnType<typeof sql.raw>): Promise<unknown> }

/** Holds everybody back until `count` are there. */
function barrier(count: number) {
  const { promise, resolve } = Promise.withResolvers<void>()
  let there = 0
  return () => {
    if (++there >= count) resolve()
    return promise
  }
}
