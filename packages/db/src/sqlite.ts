import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { sqliteKit } from './columns.sqlite.ts'
import type { Db, Tx } from './db.ts'
import { loadSqlite } from './drizzle.ts'
import { type Migration, migrationsOf, pending } from './migrations.ts'
import { defineTables } from './schema.ts'

const { drizzle } = loadSqlite()

/** How long one process waits for another that is writing, and how often it looks, in milliseconds. */
export const BUSY_TIMEOUT = 5_000
const LOOK_AGAIN = 5

/**
 * Opens the embedded database, making file and folder (0600, 0700) and migrating it if needed.
 * One connection writes, one reads: in WAL mode a reader never waits for the writer.
 */
export function openSqlite(file: string, busyTimeout = BUSY_TIMEOUT): Db {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const writer = connect(file)
  chmodSync(file, 0o600)
  migrate(writer, migrationsOf('sqlite'))
  writer.pragma('busy_timeout = 0') // from here on `begin` waits, and lets the process go on meanwhile
  const reader = connect(file)
  reader.pragma('query_only = on')

  const tables = defineTables(sqliteKit)
  const reading = drizzle(reader)
  const writing = drizzle(writer)
  const tx = Object.assign(writing, {
    tables,
    lockUser: async () => {},
    holdPolicy: async () => {},
    lookup: lookupOn(writer),
  }) as unknown as Tx
  const oneAtATime = queue()

  return {
    engine: 'sqlite',
    tables,
    select: reading.select.bind(reading),
    lookup: lookupOn(reader),
    write: (work) =>
      oneAtATime(async () => {
        await begin(writer, busyTimeout)
        try {
          const result = await work(tx)
          writer.exec('commit')
          return result
        } catch (error) {
          if (writer.inTransaction) writer.exec('rollback')
          throw error
        }
      }),
    databaseTime: async () => Date.now(),
    isCurrent: async () => appliedIn(reader).length === migrationsOf('sqlite').length,
    close: () =>
      oneAtATime(async () => {
        reader.close()
        writer.close()
      }),
  } satisfies Omit<Db, 'select' | 'tables'> & Record<'select' | 'tables', unknown> as unknown as Db
}

function lookupOn(connection: Database.Database): Db['lookup'] {
  const prepared = new Map<string, Database.Statement>()
  return async ({ name, sql }, value) => {
    const statement = prepared.get(name) ?? connection.prepare(sql).raw()
    prepared.set(name, statement)
    return statement.get(value) as unknown[] | undefined
  }
}

function connect(file: string): Database.Database {
  const connection = new Database(file, { timeout: BUSY_TIMEOUT })
  connection.pragma('journal_mode = WAL')
  connection.pragma('synchronous = FULL')
  connection.pragma('foreign_keys = ON')
  // SQLite's own knows ASCII only, PostgreSQL's every letter
  connection.function('lower', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  )
  return connection
}

/** Takes the one write lock. SQLite's own waiting would stop every other request of this process as well. */
async function begin(writer: Database.Database, busyTimeout: number) {
  for (const began = performance.now(); ; await setTimeout(LOOK_AGAIN))
    try {
      return writer.exec('begin immediate')
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() - began > busyTimeout) throw error
    }
}

/** Applies what is missing in one transaction. `exclusive` is the lock: a second process waits, then finds it done. */
function migrate(connection: Database.Database, migrations: Migration[]) {
  const apply = connection.transaction(() => {
    connection.exec('create table if not exists migrations (hash text primary key, applied_at integer not null)')
    for (const { hash, sql } of pending(migrations, appliedIn(connection))) {
      for (const statement of sql) connection.exec(statement)
      connection.prepare('insert into migrations values (?, ?)').run(hash, Date.now())
    }
  })
  apply.exclusive()
}

const appliedIn = (connection: Database.Database) =>
  connection.prepare('select hash from migrations').pluck().all() as string[]

/** Runs one piece of work after the other, in the order they were given; a failure does not stop the next. */
function queue() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work)
    last = result.catch(() => {})
    return result
  }
}
