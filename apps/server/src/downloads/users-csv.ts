import type { Db } from '@latchkey/db/db'
import { and, asc, gt, lte } from '@latchkey/db/drizzle'
import { selectStandings, toStanding } from '../second-factor/standing.ts'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'

const ROWS = 500

/** Everybody there is at a moment, by user name. @returns the file, a few rows at a time */
export async function* usersCsv(db: Db, { at }: { at: number }): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK +
    csvLine(['user name', 'display name', 'e-mail', 'role', 'enabled', '2FA', '2FA required', 'last seen', 'created'])
  const { users } = db.tables
  for (let last = ''; ; ) {
    const rows = await selectStandings(db)
      .where(and(gt(users.username, last), lte(users.createdAt, at)))
      .orderBy(asc(users.username))
      .limit(ROWS)
    yield rows
      .map(toStanding)
      .map(({ user, twoFactor }) =>
        csvLine([
          user.username,
          user.displayName,
          user.email,
          user.role,
          user.enabled,
          twoFactor,
          user.requireTwoFactor,
          user.lastSeenAt && new Date(user.lastSeenAt).toISOString(),
          new Date(user.createdAt).toISOString(),
        ]),
      )
      .join('')
    const end = rows.at(-1)
    if (!end || rows.length < ROWS) return
    last = end.user.username
  }
}
