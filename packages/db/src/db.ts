import type { PgDatabase } from 'drizzle-orm/pg-core'
import type { Tables } from './schema.ts'

type Queries = PgDatabase<never, Record<string, never>>

/** Reading, outside a transaction. */
export type Db = Pick<Queries, 'select'> &
  Lookups & {
    readonly engine: 'sqlite' | 'postgres'
    readonly tables: Tables
    /**
     * Runs `work` as one transaction that is durable when the promise resolves. Await nothing in it but `tx`: hash,
     * send and fetch before or after. SQLite runs one at a time; PostgreSQL runs many and repeats one that lost a
     * deadlock or a serialisation conflict, so `work` must have no effect outside the database.
     */
    write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
    /** The database's own time in milliseconds since the epoch: the one clock that all server processes share. */
    databaseTime(): Promise<number>
    /** Whether the schema in the database is the one this code was written for. */
    isCurrent(): Promise<boolean>
    close(): Promise<void>
  }

/** Reading and writing inside one transaction. */
export type Tx = Pick<Queries, 'select' | 'insert' | 'update' | 'delete'> &
  Lookups & {
    readonly tables: Tables
    /**
     * Waits until no other transaction is changing this person, and keeps others waiting until this one ends. Several
     * are locked always in the same order, so that two changes wait for each other instead of locking each other out.
     */
    lockUser(...userIds: string[]): Promise<void>
    /** Keeps the policy as it is until this one ends, for what is stored because of it. */
    holdPolicy(): Promise<void>
  }

/** A query with one value to look for, in the SQL of the engine. */
export type Lookup = { readonly name: string; readonly sql: string }

type Lookups = {
  /**
   * Runs what every request runs, prepared once a connection. The first row comes back as the driver has it, an array
   * in the order of the selection (`fromDriver` reads its values): making an object of it takes Drizzle longer than
   * finding it takes the database.
   */
  lookup(query: Lookup, value: string): Promise<unknown[] | undefined>
}

/** What the drivers write differently: SQLite has no booleans, and PostgreSQL's 64-bit integers come as text. */
export const fromDriver = {
  boolean: (value: unknown): boolean => value === true || value === 1,
  instant: (value: unknown): number => Number(value),
  nullableInstant: (value: unknown): number | null => (value === null ? null : Number(value)),
}

const uniqueViolations = new Set(['23505', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'])

/** Whether a write failed because something of that name, address or hash is there already. */
export const isUniqueViolation = (error: unknown): boolean =>
  causes(error).some(({ code = '' }) => uniqueViolations.has(code))

/** Whether the database is out of reach or overloaded, so that the same request may succeed later. */
export const isUnavailable = (error: unknown): boolean =>
  causes(error).some(({ code = '', message = '' }) => unavailable.has(code) || unavailableWithoutCode.has(message))

const unavailable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EPIPE',
  '55P03',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08003',
  '08006',
  '40001',
  '40P01',
  'SQLITE_BUSY',
])

/** What the pool of `pg` says, without a code, when all connections are taken or one broke. */
const unavailableWithoutCode = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Connection terminated',
])

/** Drizzle wraps what the driver threw, so what tells may sit on a cause. */
function causes(error: unknown): { code?: string; message?: string }[] {
  const chain: { code?: string; message?: string; cause?: unknown }[] = []
  for (let e = error as (typeof chain)[number] | undefined; e; e = e.cause as typeof e) chain.push(e)
  return chain
}
