import type { Db } from '@latchkey/db/db'

/** The same database, and how often it was asked for anything. */
export function countedDb(db: Db) {
  const counted = { asked: 0 }
  const count =
    <F extends (...given: never[]) => unknown>(work: F) =>
    (...given: Parameters<F>) => {
      counted.asked++
      return work(...given) as ReturnType<F>
    }
  const over = { lookup: count(db.lookup), select: count(db.select), write: count(db.write) }
  return Object.assign(counted, { db: { ...db, ...over } as Db })
}
