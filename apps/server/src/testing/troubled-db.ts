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

/** The same database, on which the first write is done and then waits before it counts, with every lock it took. */
export function withUnfinished(db: Db) {
  const ended = Promise.withResolvers<void>()
  const done = Promise.withResolvers<void>()
  return {
    db: {
      ...db,
      write: (work) =>
        db.write(async (tx) => {
          const result = await work(tx)
          done.resolve()
          await ended.promise
          return result
        }),
    } satisfies Db as Db,
    /** what is written is written, and nobody else sees it yet */
    done: done.promise,
    finish: () => ended.resolve(),
  }
}

/** The same database, which says when something is about to be written. */
export function withBell(db: Db) {
  const rung = Promise.withResolvers<void>()
  return {
    db: {
      ...db,
      write: (work) => {
        rung.resolve()
        return db.write(work)
      },
    } satisfies Db as Db,
    rung: rung.promise,
  }
}

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
