import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { migrationsOf, pending, SchemaTooNew } from './migrations.ts'
import { openDb } from './open.ts'
import { type Engine, engines, type FreshDatabase, freshDatabase } from './testing.ts'

/** One statement through a connection of its own, as an owner of the database could give it. */
async function query(engine: Engine, database: FreshDatabase, statement: string): Promise<Record<string, unknown>[]> {
  if (engine === 'sqlite') {
    const connection = new Database(join(database.dataDir, 'latchkey.db'))
    try {
      const prepared = connection.prepare(statement)
      if (prepared.reader) return prepared.all() as Record<string, unknown>[]
      prepared.run()
      return []
    } finally {
      connection.close()
    }
  }
  const connection = new pg.Client({ connectionString: database.databaseUrl })
  await connection.connect()
  try {
    return (await connection.query(statement)).rows
  } finally {
    await connection.end()
  }
}

/** A database for one test. */
const using = async (engine: Engine, work: (database: FreshDatabase) => Promise<void>) => {
  const database = await freshDatabase(engine)
  try {
    await work(database)
  } finally {
    await database.drop()
  }
}

const applied = async (engine: Engine, database: FreshDatabase) =>
  (await query(engine, database, 'select hash from migrations')).map(({ hash }) => hash)

/** Opens a database in a process of its own. @returns its exit code, or the signal that ended it */
async function openElsewhere(database: FreshDatabase, whenKilled?: () => Promise<unknown>) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('testing-opener.ts', import.meta.url))], {
    env: { ...process.env, DATABASE: JSON.stringify({ databaseUrl: database.databaseUrl, dataDir: database.dataDir }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (whenKilled) {
    await once(child.stdout, 'data') // it says so right before it opens the database
    await whenKilled()
    child.kill('SIGKILL')
  }
  child.stdout.resume()
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return code ?? signal
}

describe.each(engines)('migrations on %s', (engine) => {
  const known = migrationsOf(engine).map(({ hash }) => hash)

  test('DB-03 five that start at once on an empty database: each migration is applied once, all serve', () =>
    using(engine, async (database) => {
      const opened = await Promise.all(Array.from({ length: 5 }, () => openDb(database)))
      for (const db of opened) {
        expect(await db.isCurrent()).toBe(true)
        expect(await db.select().from(db.tables.users)).toEqual([])
        await db.write((tx) => tx.delete(tx.tables.attempts))
      }
      expect(await applied(engine, database)).toEqual(known)
      await Promise.all(opened.map((db) => db.close()))

      const again = await Promise.all(Array.from({ length: 5 }, () => openDb(database)))
      for (const db of again) expect(await db.isCurrent()).toBe(true)
      expect(await applied(engine, database)).toEqual(known)
      await Promise.all(again.map((db) => db.close()))
    }))

  test('DB-03 three processes that start at once on an empty database all come up', () =>
    using(engine, async (database) => {
      expect(await Promise.all([openElsewhere(database), openElsewhere(database), openElsewhere(database)])).toEqual([
        0, 0, 0,
      ])
      expect(await applied(engine, database)).toEqual(known)
    }))

  test('DB-03 a database that a newer release migrated is refused, and left as it is', () =>
    using(engine, async (database) => {
      await (await openDb(database)).close()
      await query(engine, database, "insert into migrations (hash, applied_at) values ('from the future', 1)")
      await expect(openDb(database)).rejects.toThrow(SchemaTooNew)
      expect(await applied(engine, database)).toEqual([...known, 'from the future'])
    }))

  test('DB-03 a process whose database was migrated by a newer one meanwhile says that it is not current', () =>
    using(engine, async (database) => {
      const db = await openDb(database)
      expect(await db.isCurrent()).toBe(true)
      await query(engine, database, "insert into migrations (hash, applied_at) values ('from the future', 1)")
      expect(await db.isCurrent()).toBe(false)
      await db.close()
    }))

  test('DB-03 kill -9 while migrating leaves a database that the next start completes', () =>
    using(engine, async (database) => {
      // a stranger's lock stops the process in the middle: it waits in the migration until it is killed
      const { isWaiting, release } = await holdBack(engine, database)
      expect(await openElsewhere(database, isWaiting)).toBe('SIGKILL')
      await release()
      const db = await openDb(database)
      expect(await db.isCurrent()).toBe(true)
      expect(await applied(engine, database)).toEqual(known)
      await db.close()
    }))

  test('DB-02 uniqueness, references and checks are in the catalogue', () =>
    using(engine, async (database) => {
      await (await openDb(database)).close()
      const found = await catalogue(engine, database)
      expect(found.unique).toEqual([
        'api_keys(token_hash)',
        'api_keys(user_id)', // one in use
        'api_keys(user_id)', // one that retires
        'api_passwords(token_hash)',
        'authenticators(user_id)',
        'downloads(token_hash)',
        'recovery_sets(user_id)', // one that is live
        'recovery_sets(user_id)', // one that waits to be typed back
        'sessions(token_hash)',
        'users(email_key)',
        'users(username)',
      ])
      expect(found.references).toEqual([
        'api_keys(user_id) -> users cascade',
        'api_passwords(user_id) -> users cascade',
        'authenticator_candidates(user_id) -> users cascade',
        'authenticators(user_id) -> users cascade',
        'downloads(user_id) -> users cascade',
        'known_browsers(user_id) -> users cascade',
        'recovery_codes(set_id) -> recovery_sets cascade',
        'recovery_codes(user_id) -> users cascade',
        'recovery_sets(user_id) -> users cascade',
        'sessions(user_id) -> users cascade',
        'sign_in_challenges(user_id) -> users cascade',
      ])
      expect(found.checks).toEqual([
        'activity_outcome',
        'authenticators_drift',
        'downloads_resource',
        'installation_one_row',
        'policy_minimum_password_length',
        'policy_one_row',
        'policy_require_two_factor',
        'users_email',
        'users_role',
      ])
    }))
})

test.runIf(engines.length > 1)('DB-02 both engines have the same tables, columns, order and nullability', async () => {
  const columns = async (engine: Engine) => {
    const database = await freshDatabase(engine)
    await (await openDb(database)).close()
    const rows = await query(engine, database, COLUMNS[engine])
    await database.drop()
    return rows.map((row) => `${row['table']}.${row['column']}${row['nullable'] ? ' null' : ''}`)
  }
  const sqlite = await columns('sqlite')
  expect(sqlite.length).toBeGreaterThan(50)
  expect(await columns('postgres')).toEqual(sqlite)
})

test('DB-03 only what is missing is pending, in order', () => {
  const all = ['a', 'b', 'c'].map((hash) => ({ hash, sql: [] }))
  expect(pending(all, []).map(({ hash }) => hash)).toEqual(['a', 'b', 'c'])
  expect(pending(all, ['a', 'b']).map(({ hash }) => hash)).toEqual(['c'])
  expect(pending(all, ['c', 'a', 'b'])).toEqual([])
  expect(() => pending(all, ['a', 'z'])).toThrow(SchemaTooNew)
  expect(() => pending([], ['a'])).toThrow('newer release')
})

const COLUMNS = {
  sqlite: `select t.name as "table", c.name as "column", not c."notnull" as nullable
    from pragma_table_list t join pragma_table_info(t.name) c
    where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite_%' and t.name <> 'migrations' order by t.name, c.cid`,
  postgres: `select table_name as "table", column_name as "column", is_nullable = 'YES' as nullable
    from information_schema.columns where table_schema = 'public' and table_name <> 'migrations'
    order by table_name collate "C", ordinal_position`,
}

async function catalogue(engine: Engine, database: FreshDatabase) {
  const names = async (statement: string) =>
    (await query(engine, database, statement)).map(({ name }) => String(name)).sort()
  if (engine === 'sqlite')
    return {
      unique: await names(`select t.name || '(' || group_concat(c.name) || ')' as name from pragma_table_list t
        join pragma_index_list(t.name) i on i."unique" and i.origin <> 'pk' join pragma_index_info(i.name) c
        where t.schema = 'main' group by t.name, i.name`),
      references:
        await names(`select t.name || '(' || f."from" || ') -> ' || f."table" || ' ' || lower(f.on_delete) as name
        from pragma_table_list t join pragma_foreign_key_list(t.name) f where t.schema = 'main'`),
      checks: (await query(engine, database, `select sql from sqlite_master where type = 'table'`))
        .flatMap(({ sql }) => [...String(sql).matchAll(/constraint "(\w+)" check/gi)].map(([, name]) => String(name)))
        .sort(),
    }
  return {
    unique: await names(`select t.relname || '(' || string_agg(a.attname, ',') || ')' as name from pg_index i
      join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
      join pg_attribute a on a.attrelid = t.oid and a.attnum = any(i.indkey)
      where i.indisunique and not i.indisprimary group by t.relname, i.indexrelid`),
    references: await names(`select t.relname || '(' || a.attname || ') -> ' || r.relname || ' ' ||
      case c.confdeltype when 'c' then 'cascade' else c.confdeltype::text end as name
      from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class r on r.oid = c.confrelid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1] where c.contype = 'f'`),
    checks: await names(`select c.conname as name from pg_constraint c join pg_class t on t.oid = c.conrelid
      join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public' where c.contype = 'c'`),
  }
}

/** Keeps a migration from finishing, so that a process can be killed in it. */
async function holdBack(engine: Engine, database: FreshDatabase) {
  if (engine === 'sqlite') {
    const connection = new Database(join(database.dataDir, 'latchkey.db'))
    connection.pragma('journal_mode = WAL')
    connection.exec('begin immediate')
    return {
      isWaiting: async () => {},
      release: async () => {
        connection.exec('rollback')
        connection.close()
      },
    }
  }
  const [connection, watcher] = [database, database].map(
    ({ databaseUrl }) => new pg.Client({ connectionString: databaseUrl }),
  )
  await connection?.connect()
  await watcher?.connect()
  // several tables are made by then; at this name the migration waits to see whether it will be taken
  await connection?.query('begin; create table users (id text)')
  return {
    isWaiting: async () => {
      while ((await watcher?.query('select 1 from pg_locks where not granted'))?.rows.length === 0);
    },
    release: async () => {
      await connection?.end()
      await watcher?.end()
    },
  }
}
