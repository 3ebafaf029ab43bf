import type { Kit } from './columns.ts'
import { loadSqlite } from './drizzle.ts'

const { columns: lite } = loadSqlite()

/** The same kit on SQLite. It answers to PostgreSQL's shape, so that tables are written once: the one cast. */
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
