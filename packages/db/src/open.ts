import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from './db.ts'

type Place = { databaseUrl?: string | undefined; dataDir: string }

const fileIn = (dataDir: string) => join(dataDir, 'latchkey.db')

/** Whether there is something to open: a file, or a server that may have one. Opening makes what is not there. */
export const isThere = ({ databaseUrl, dataDir }: Place): boolean =>
  databaseUrl !== undefined || existsSync(fileIn(dataDir))

/** Opens the database the configuration names, migrated and ready. Only the engine in use is loaded. */
export async function openDb(config: Place): Promise<Db> {
  if (config.databaseUrl) return (await import('./postgres.ts')).openPostgres(config.databaseUrl)
  return (await import('./sqlite.ts')).openSqlite(fileIn(config.dataDir))
}
