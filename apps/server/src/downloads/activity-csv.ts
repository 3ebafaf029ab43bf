import type { Db } from '@latchkey/db/db'
import { and, asc, eq, gt, lte, or } from '@latchkey/db/drizzle'
import { BYTE_ORDER_MARK, csvLine } from './csv.ts'

const ROWS = 500

/** Everything that happened to one account up to a moment, oldest first. @returns the file, a few rows at a time */
export async function* activityCsv(db: Db, { userId, at }: { userId: string; at: number }): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + csvLine(['when', 'what', 'outcome', 'who', 'through', 'address', 'client', 'details'])
  for await (const rows of activityOf(db, userId, at))
    yield rows
      .map((row) => {
        const who = row.actorId === userId ? 'you' : row.actorId
        const detail = row.detail && JSON.stringify(row.detail)
        const when = new Date(row.at).toISOString()
        return csvLine([when, row.event, row.outcome, who, row.actorKind, row.ipAddress, row.client, detail])
      })
      .join('')
}

/** The rows of one account, a few hundred at a time, so that a long history never has to fit in memory. */
export async function* activityOf(db: Db, userId: string, until: number) {
  const { activity } = db.tables
  for (let last = { at: 0, id: '' }; ; ) {
    const rows = await db
      .select()
      .from(activity)
      .where(
        and(
          eq(activity.subjectId, userId),
          lte(activity.at, until),
          or(gt(activity.at, last.at), and(eq(activity.at, last.at), gt(activity.id, last.id))),
        ),
      )
      .orderBy(asc(activity.at), asc(activity.id))
      .limit(ROWS)
    if (rows.length > 0) yield rows.map((row) => withoutOthers(row, userId))
    const end = rows.at(-1)
    if (!end || rows.length < ROWS) return
    last = end
  }
}

/** What an administrator did is this person's to know; from where, and with what, is the administrator's. */
const withoutOthers = <Row extends Tables['activity']['$inferSelect']>(row: Row, userId: string): Row =>
  row.actorId === null || row.actorId === userId
    ? row
    : { ...row, actorId: ADMINISTRATOR, sessionId: null, requestId: null, ipAddress: null, client: null }

const ADMINISTRATOR = 'an administrator'
type Tables = Db['tables']
