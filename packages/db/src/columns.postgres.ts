import { loadPostgres } from './drizzle.ts'

const { columns: pg } = loadPostgres()

/** What a table may be made of, on PostgreSQL. This kit is the typed one: `Kit` is its shape. */
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
