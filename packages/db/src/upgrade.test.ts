import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { type Migration, migrationsOf } from './migrations.ts'
import { openDb } from './open.ts'
import { type Engine, engines, type FreshDatabase, freshDatabase } from './testing.ts'

/** What a release left behind: its migrations, and rows written in its own words. */
async function leaveBehind(engine: Engine, database: FreshDatabase, migrations: Migration[], rows: string[]) {
  const table = 'create table migrations (hash text primary key, applied_at bigint not null)'
  const remember = migrations.map(({ hash }) => `insert into migrations values ('${hash}', 1)`)
  const statements = [table, ...migrations.flatMap(({ sql }) => sql), ...remember, ...rows]
  if (engine === 'sqlite') {
    const connection = new Database(join(database.dataDir, 'latchkey.db'))
    for (const statement of statements) connection.exec(statement)
    connection.close()
    return
  }
  const connection = new pg.Client({ connectionString: database.databaseUrl })
  await connection.connect()
  for (const statement of statements) await connection.query(statement)
  await connection.end()
}

const firstRelease = [
  `insert into users (id, username, display_name, role, enabled, password_hash, require_two_factor, version, created_at)
   values ('u', 'robin', 'Robin', 'member', true, 'hash', false, 1, 5)`,
  `insert into authenticators (id, user_id, sealed_secret, confirmed_at, last_used_at, last_step, drift)
   values ('a', 'u', 'sealed', 6, 7, 8, 1)`,
  `insert into recovery_sets (id, user_id, label, created_at, confirmed_at) values ('s', 'u', 'K7Q4', 6, 6)`,
  `insert into recovery_codes (code_hash, set_id, user_id, used_at) values ('c', 's', 'u', null)`,
  `insert into sign_in_challenges (token_hash, user_id, attempts, created_at, expires_at) values ('h', 'u', 1, 6, 9)`,
  `insert into authenticator_candidates (user_id, id, sealed_secret, attempts, created_at, expires_at)
   values ('u', 'n', 'sealed', 0, 6, 9)`,
]

describe.each(engines)('an upgrade on %s', (engine) => {
  test('DB-03 what the first release wrote is there afterwards, and means what it meant', async () => {
    const database = await freshDatabase(engine)
    try {
      await leaveBehind(engine, database, migrationsOf(engine).slice(0, 1), firstRelease)
      const db = await openDb(database)
      expect(await db.isCurrent()).toBe(true)
      const { users, authenticators, recoverySets, recoveryCodes, signInChallenges, authenticatorCandidates } =
        db.tables
      expect(await db.select().from(users)).toMatchObject([
        { username: 'robin', passwordHash: 'hash', passwordChangeRequired: false, lastSeenAt: null },
      ])
      expect(await db.select().from(authenticators)).toMatchObject([{ lastStep: 8, drift: 1, earlySteps: [] }])
      expect(await db.select().from(recoverySets)).toMatchObject([{ label: 'K7Q4', confirmedAt: 6, attempts: 0 }])
      expect(await db.select().from(recoveryCodes)).toMatchObject([{ codeHash: 'c', usedAt: null, tailHash: null }])
      // a sign-in that was half-way goes on where it was
      expect(await db.select().from(signInChallenges)).toMatchObject([
        { step: 'second-factor', methods: ['password'], attempts: 1 },
      ])
      // a wizard that was open does not: nobody knows whose it was
      expect(await db.select().from(authenticatorCandidates)).toMatchObject([{ holder: '' }])
      await db.close()
    } finally {
      await database.drop()
    }
  })
})
