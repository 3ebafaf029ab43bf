import { readUsername } from '@latchkey/auth-core/username'
import type { QueryOf } from '@latchkey/contract/endpoint'
import { PAGE_LIMIT } from '@latchkey/contract/page'
import { Problem } from '@latchkey/contract/problem'
import type { listUsers } from '@latchkey/contract/users'
import type { Db } from '@latchkey/db/db'
import { and, asc, gt, or, sql } from '@latchkey/db/drizzle'
import { selectStandings, toStanding } from '../second-factor/standing.ts'

/** One page of everybody, by user name. The cursor is the last name of the page before, in base64url. */
export async function listPeople(db: Db, { q, cursor, limit = PAGE_LIMIT }: QueryOf<typeof listUsers>) {
  const { users } = db.tables
  const wanted = q?.trim().toLowerCase()
  const rows = await selectStandings(db)
    .where(
      and(
        cursor === undefined ? undefined : gt(users.username, readCursor(cursor)),
        wanted
          ? or(holds(users.username, wanted), holds(users.displayName, wanted), holds(users.email, wanted))
          : undefined,
      ),
    )
    .orderBy(asc(users.username))
    .limit(limit + 1)

  const people = rows.slice(0, limit).map(toStanding)
  const last = people.at(-1)
  return { people, nextCursor: rows.length > limit && last ? cursorAfter(last.user.username) : null }
}

const cursorAfter = (username: string) => Buffer.from(username).toString('base64url')

const holds = (column: Parameters<typeof asc>[0], wanted: string) =>
  sql`lower(${column}) like ${`%${wanted.replaceAll(/[\\%_]/g, '\\$&')}%`} escape '\\'`

/** @throws Problem malformed-request for what was never a cursor */
function readCursor(cursor: string): string {
  const verdict = readUsername(Buffer.from(cursor, 'base64url').toString())
  if (!verdict.ok || cursorAfter(verdict.username) !== cursor) throw new Problem('malformed-request')
  return verdict.username
}
