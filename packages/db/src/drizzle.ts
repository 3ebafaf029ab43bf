import { createRequire } from 'node:module'

/**
 * The parts of Drizzle we use, loaded as CommonJS. Node reads a package's package.json anew for every ES module in
 * it, and Drizzle's is 178 kB long: as ES modules its 190 files cost four times the start-up and 300 MB of memory
 * (docs/decisions/0012). Import from here and nowhere else.
 */
const load = createRequire(import.meta.url)

export const {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  isNotNull,
  isNull,
  like,
  lt,
  lte,
  ne,
  notInArray,
  or,
  sql,
} = load('drizzle-orm') as typeof import('drizzle-orm')
export const { readMigrationFiles } = load('drizzle-orm/migrator') as typeof import('drizzle-orm/migrator')

/** One engine's half of Drizzle each, loaded by the engine that is opened. */
export const loadPostgres = () => ({
  ...(load('drizzle-orm/node-postgres') as typeof import('drizzle-orm/node-postgres')),
  columns: load('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core'),
})
export const loadSqlite = () => ({
  ...(load('drizzle-orm/better-sqlite3') as typeof import('drizzle-orm/better-sqlite3')),
  columns: load('drizzle-orm/sqlite-core') as typeof import('drizzle-orm/sqlite-core'),
})
