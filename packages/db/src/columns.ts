import * as pg from 'drizzle-orm/pg-core'
import * as lite from 'drizzle-orm/sqlite-core'

/**
 * The column kit: what a table may be made of. PostgreSQL's kit is the typed one; SQLite's answers to the same
 * shape, so that tables and queries are written once. The cast below is the only one.
 */
export const postgresKit = {
  table: pg.pgTable,
  text: (name: string) => pg.text(name),
  boolean: (name: string) => pg.boolean(name),
  integer: (name: string) => pg.integer(name),
  /** milliseconds since the epoch */
  instant: (name: string) => pg.bigint(name, { mode: 'number' }),
  json: <T>(name: string) => pg.jsonb(name).$type<T>(),
  index: pg.index,
  uniqueIndex: pg.uniqueIndex,
  check: pg.check,
}

export type Kit = typeof postgresKit

export const sqliteKit = {
  table: lite.sqliteTable,
  text: (name: string) => lite.text(name),
  boolean: (name: string) => lite.integer(name, { mode: 'boolean' }),
  integer: (name: string) => lite.integer(name),
  instant: (name: string) => lite.integer(name),
  json: <T>(name: string) => lite.text(name, { mode: 'json' }).$type<T>(),
  index: lite.index,
  uniqueIndex: lite.uniqueIndex,
  check: lite.check,
} as unknown as Kit
