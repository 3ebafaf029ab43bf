import pg from 'pg'
import { postgresKit } from './columns.postgres.ts'
import type { Db, Tx } from './db.ts'
import { loadPostgres } from './drizzle.ts'
import { type Migration, migrationsOf, pending } from './migrations.ts'
import { defineTables } from './schema.ts'

const { drizzle } = loadPostgres()

/** What the server may do at run time: read and write rows, never change the schema, never edit the activity. */
const RUNTIME_ROLE = 'latchkey_runtime'
/** Any number will do as long as every process uses the same one (pg_advisory_lock). */
const MIGRATION_LOCK = 7_301_987
const POOL_SIZE = 10
/** Together under ten seconds, the longest a request may hang: for a connection, then for a statement. */
const WAIT_FOR_CONNECTION = 2_000
/** A lock can be waited for twice, in the queue and at its head, so the statement as a whole is bounded too. */
const LIMITS = ['lock_timeout=2000', 'statement_timeout=5000', 'idle_in_transaction_session_timeout=10000']
const TRIES = 5

/** Opens PostgreSQL: migrates under a lock, then serves through a pool of connections in the runtime role. */
export async function openPostgres(url: string): Promise<Db> {
  const hasRole = await prepare(url, migrationsOf('postgres'))
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: WAIT_FOR_CONNECTION,
    options: [...LIMITS, ...(hasRole ? [`role=${RUNTIME_ROLE}`] : [])].map((setting) => `-c ${setting}`).join(' '),
  })
  pool.on('error', () => {}) // an idle connection broke; the next query opens another and reports if that fails

  const tables = defineTables(postgresKit)
  const reading = drizzle(pool)

  return {
    engine: 'postgres',
    tables,
    select: reading.select.bind(reading),
    lookup: lookupOn(pool),
    write: (work) => repeatable(() => transaction(pool, tables, work)),
    databaseTime: async () => {
      const { rows } = await pool.query('select extract(epoch from clock_timestamp()) * 1000 as now')
      return Math.floor(Number(rows[0].now))
    },
    isCurrent: async () => {
      const { rows } = await pool.query('select count(*)::int as applied from migrations')
      return rows[0].applied === migrationsOf('postgres').length
    },
    close: () => pool.end(),
  } as Db
}

/** Texts beyond these are not prepared: a list of arbitrary length makes a text of its own for every length. */
const MOST_PREPARED = 500
const names = new Map<string, string>()

/**
 * Prepares every statement with parameters, once a connection: Drizzle writes the same few hundred texts over and
 * over, and reading and planning one takes the database longer than running it.
 */
class PreparingClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: handed on as it came, in one of the driver's ten ways
  override query(config: any, ...rest: any[]): any {
    if (typeof config?.text !== 'string' || config.name) return super.query(config, ...(rest as []))
    const name = names.get(config.text) ?? nextName(config.text)
    return super.query(name ? { ...config, name } : config, ...(rest as []))
  }
}

function nextName(text: string): string | undefined {
  if (names.size >= MOST_PREPARED) return undefined
  names.set(text, `statement-${names.size}`)
  return names.get(text)
}

const lookupOn =
  (connection: pg.Pool | pg.PoolClient): Db['lookup'] =>
  async ({ name, sql }, value) =>
    (await connection.query({ name, text: sql, values: [value], rowMode: 'array' })).rows[0]

async function transaction<T>(pool: pg.Pool, tables: Tx['tables'], work: (tx: Tx) => Promise<T>): Promise<T> {
  const connection = await pool.connect()
  let broken: Error | undefined
  // The pool listens to idle connections only: without this, one that breaks in here would end the process
  const onLost = (error: Error) => {
    broken = error
  }
  connection.on('error', onLost)
  try {
    await connection.query('begin')
    const lockUser = async (...ids: string[]) => {
      const text = 'select 1 from users where id = any($1) order by id for update'
      await connection.query({ text, values: [ids] })
    }
    const holdPolicy = async () => {
      await connection.query({ name: 'hold-policy', text: 'select 1 from policy for share', values: [] })
    }
    const own = { tables, lockUser, holdPolicy, lookup: lookupOn(connection) }
    const result = await work(Object.assign(drizzle(connection), own) as unknown as Tx)
    await connection.query('commit')
    return result
  } catch (error) {
    await connection.query('rollback').catch(onLost)
    // What the driver says of a lost connection depends on the moment; a caller only wants to know that it is lost
    throw broken ? Object.assign(new Error('The connection was lost', { cause: error }), { code: 'ECONNRESET' }) : error
  } finally {
    connection.off('error', onLost)
    connection.release(broken)
  }
}

/** PostgreSQL 18 documentation section 13.5: an application must be ready to repeat these transactions whole. */
async function repeatable<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await run()
    } catch (error) {
      const { code } = ((error as Error).cause ?? error) as { code?: string }
      if (tries >= TRIES || (code !== '40001' && code !== '40P01')) throw error
    }
}

/** Applies what is missing and makes the runtime role. Answers whether the role is there to be used. */
async function prepare(url: string, migrations: Migration[]): Promise<boolean> {
  const connection = new pg.Client({ connectionString: url, connectionTimeoutMillis: WAIT_FOR_CONNECTION })
  connection.on('error', () => {}) // the query that is under way reports it
  await connection.connect()
  try {
    await connection.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await connection.query('begin')
    await connection.query('create table if not exists migrations (hash text primary key, applied_at bigint not null)')
    const { rows } = await connection.query('select hash from migrations')
    const missing = pending(
      migrations,
      rows.map(({ hash }) => hash),
    )
    for (const { hash, sql } of missing) {
      for (const statement of sql) await connection.query(statement)
      await connection.query('insert into migrations values ($1, $2)', [hash, Date.now()])
    }
    await connection.query('commit')
    return await prepareRole(connection)
  } finally {
    await connection.end()
  }
}

/** A managed database may not let its owner make roles; then the owner itself serves, and start-up says so. */
async function prepareRole(connection: pg.Client): Promise<boolean> {
  try {
    await connection.query(`
      do $$ begin
        create role ${RUNTIME_ROLE} nologin;
      exception when duplicate_object or unique_violation then null; end $$;
      do $$ begin
        if not pg_has_role(current_user, '${RUNTIME_ROLE}', 'member') then
          execute format('grant ${RUNTIME_ROLE} to %I', current_user);
        end if;
      end $$;
      grant usage on schema public to ${RUNTIME_ROLE};
      revoke create on schema public from public, ${RUNTIME_ROLE};
      grant select, insert, update, delete on all tables in schema public to ${RUNTIME_ROLE};
      revoke insert, update, delete on migrations from ${RUNTIME_ROLE};
      revoke update, delete on activity from ${RUNTIME_ROLE};
    `)
    return true
  } catch (error) {
    const insufficientPrivilege = (error as { code?: string }).code === '42501'
    if (!insufficientPrivilege) throw error
    return false
  }
}
