import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** The engines a test runs on: both under `npm test`, SQLite alone where no PostgreSQL was started. */
export const engines: readonly Engine[] = process.env['TEST_POSTGRES_URL'] ? ['sqlite', 'postgres'] : ['sqlite']
export type Engine = 'sqlite' | 'postgres'

/** Where a fresh, empty database is; `openDb` takes it as it is. */
export type FreshDatabase = { databaseUrl?: string; dataDir: string; drop(): Promise<void> }

/** Makes an empty database of its own for one test file or server. */
export async function freshDatabase(engine: Engine): Promise<FreshDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true })
  if (engine === 'sqlite') return { dataDir, drop: async () => removeFolder() }

  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(`create database ${name}`)
  const url = new URL(process.env['TEST_POSTGRES_URL'] as string)
  url.pathname = `/${name}`
  return {
    dataDir,
    databaseUrl: url.href,
    async drop() {
      await administer(`drop database if exists ${name} with (force)`)
      removeFolder()
    },
  }
}

async function administer(statement: string) {
  const connection = new pg.Client({ connectionString: process.env['TEST_POSTGRES_URL'] })
  await connection.connect()
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
