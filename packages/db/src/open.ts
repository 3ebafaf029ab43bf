import { join } from 'node:path'
import type { Db } from './db.ts'

/** Opens the database the configuration names, migrated and ready. Only the engine in use is loaded. */
export async function openDb(config: { databaseUrl?: string | undefined; dataDir: string }): Promise<Db> {
  if (config.databaseUrl) return (await import('./postgres.ts')).openPostgres(config.databaseUrl)
  return (await import('./sqlite.ts')).openSqlite(join(config.dataDir, 'latchkey.db'))
}
