import type { Db } from '@latchkey/db/db'

/** How often the anchor is renewed, and how far this machine's own clock may be off before it is reported. */
const RENEW_EVERY = 60_000
export const TOLERATED_DIFFERENCE = 5_000

export type DatabaseClock = {
  now(): number
  /** how far this machine's clock is ahead of the database's, in milliseconds */
  difference(): number
  stop(): void
}

/**
 * The time every decision is made by: the database's, carried forward by the monotonic clock of this process. So all
 * server processes agree on when a session ends or a code is due, whatever the wall clock of their machine says.
 */
export async function startDatabaseClock(db: Db): Promise<DatabaseClock> {
  let anchor = { database: 0, monotonic: 0 }
  const renew = async () => {
    const sent = performance.now()
    const database = await db.databaseTime()
    const received = performance.now()
    anchor = { database, monotonic: (sent + received) / 2 }
  }
  await renew()
  const timer = setInterval(() => void renew().catch(() => {}), RENEW_EVERY).unref()
  const now = () => Math.floor(anchor.database + performance.now() - anchor.monotonic)
  return { now, difference: () => Date.now() - now(), stop: () => clearInterval(timer) }
}
