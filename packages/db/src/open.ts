import { join } from 'node:path'
import type { Db } from './db.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/** Opens the database the configuration names, migrated and ready. */
export const openDb = async (config: { databaseUrl?: string | undefined; dataDir: string }): Promise<Db> =>
  config.databaseUrl ? openPostgres(config.databaseUrl) : openSqlite(join(config.dataDir, 'latchkey.db'))
