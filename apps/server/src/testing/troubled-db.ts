import type { Db, Tx } from '@latchkey/db/db'

/** The same database, on which the activity can no longer be written: what must then become of the change? */
export const withoutActivity = (db: Db): Db => ({
  ...db,
  write: (work) =>
    db.write((tx) => {
      const insert: Tx['insert'] = (table) => {
        if (table === (tx.tables.activity as unknown)) throw new Error('The activity cannot be written')
        return tx.insert(table)
      }
      return work(Object.assign(Object.create(tx), { insert }) as Tx)
    }),
})

/** The same database, on which writes wait at the door: for what happens while a request is on its way. */
export function withDoor(db: Db) {
  const closed = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  return {
    db: {
      ...db,
      write: async (work) => {
        reached.resolve()
        await closed.promise
        return db.write(work)
      },
    } satisfies Db as Db,
    /** a request has read what it wanted and is about to write */
    reached: reached.promise,
    open: () => closed.resolve(),
  }
}
