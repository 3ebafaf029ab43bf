import { fileURLToPath } from 'node:url'
import { readMigrationFiles } from './drizzle.ts'

/** One generated migration: its statements and the hash by which the database remembers it. */
export type Migration = { hash: string; sql: string[] }

/** The migrations of one engine in the order they apply. */
export const migrationsOf = (engine: 'sqlite' | 'postgres'): Migration[] =>
  readMigrationFiles({ migrationsFolder: fileURLToPath(new URL(`../migrations/${engine}`, import.meta.url)) })

/**
 * Which migrations are still to be applied.
 * @throws SchemaTooNew when the database holds one this code does not know: it was written by a newer release.
 */
export function pending(all: Migration[], applied: string[]): Migration[] {
  const known = new Set(all.map(({ hash }) => hash))
  if (applied.some((hash) => !known.has(hash))) throw new SchemaTooNew()
  return all.filter(({ hash }) => !applied.includes(hash))
}

export class SchemaTooNew extends Error {
  constructor() {
    super('The database was migrated by a newer release of Latchkey. Start that release, or restore a backup.')
  }
}
