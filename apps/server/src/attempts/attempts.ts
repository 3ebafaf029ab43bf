import { type Pause, secondsUntil, type WindowLimit } from '@latchkey/auth-core/lockout'
import { Problem } from '@latchkey/contract/problem'
import type { Db, Tx } from '@latchkey/db/db'
import { and, eq, gt, inArray, like, sql } from '@latchkey/db/drizzle'

/**
 * Counting failures. A try is counted as failed before the secret is looked at, in a transaction of its own, and
 * given back when it turns out right: so a burst cannot exceed a limit, on however many processes, and nothing that
 * happens afterwards (a rollback, a closed socket, a crash) can make a failure uncounted.
 */

/** What is counted under which name, and how much of it is too much. */
export type Window = { key: string; limit: WindowLimit }

/**
 * The refusal for whoever has no tries left in one of the windows, or whose run pauses, without counting anything; null
 * otherwise.
 */
export async function findFull(db: Db, windows: Window[], now: number, run?: string): Promise<Problem | null> {
  const { attempts } = db.tables
  const keys = [...windows.map(({ key }) => key), ...(run === undefined ? [] : [run])]
  const counted = await db.select().from(attempts).where(inArray(attempts.key, keys))
  const rowOf = (key: string) => counted.find((row) => row.key === key)
  for (const { key, limit } of windows) {
    const { failures = 0, resetsAt = null } = rowOf(key) ?? {}
    if (resetsAt !== null && resetsAt > now && failures >= limit.limit) return refusalUntil(resetsAt, now)
  }
  const pausedUntil = run === undefined ? null : (rowOf(run)?.pausedUntil ?? null)
  return pausedUntil !== null && pausedUntil > now ? refusalUntil(pausedUntil, now) : null
}

/**
 * Counts one try in each window, up to the first that is full.
 * @returns what to throw once the count is committed, or null when there is room in all
 */
export async function countInWindows(tx: Tx, windows: Window[], now: number) {
  const { attempts } = tx.tables
  const isOver = sql`${attempts.resetsAt} <= ${now}`
  const counted = await tx
    .insert(attempts)
    .values(windows.map(({ key, limit }) => ({ key, failures: 1, resetsAt: now + limit.windowMs })))
    .onConflictDoUpdate({
      target: attempts.key,
      set: {
        failures: sql`case when ${isOver} then 1 else ${attempts.failures} + 1 end`,
        resetsAt: sql`case when ${isOver} then excluded.resets_at else ${attempts.resetsAt} end`,
      },
    })
    .returning()
  const rowOf = ({ key }: Window) => counted.find((row) => row.key === key)
  const full = windows.findIndex((window) => (rowOf(window)?.failures ?? 0) > window.limit.limit)
  if (full < 0) return null
  // Nobody got as far as the windows after it
  for (const { key } of windows.slice(full + 1)) await giveBack(tx, key)
  return refusalUntil(rowOf(windows[full] as Window)?.resetsAt ?? null, now)
}

const refusalUntil = (moment: number | null, now: number) =>
  new Problem('too-many-attempts', { retryAfter: secondsUntil(moment ?? now, now) })

/** The try was no failure after all: takes it back out of a window. */
export async function giveBack(tx: Tx, key: string) {
  const { attempts } = tx.tables
  await tx
    .update(attempts)
    .set({ failures: sql`${attempts.failures} - 1` })
    .where(and(eq(attempts.key, key), gt(attempts.failures, 0)))
}

/** Forgets counters: what they counted has been made good. */
export const forget = async (tx: Tx, keys: string[]) => {
  await tx.delete(tx.tables.attempts).where(inArray(tx.tables.attempts.key, keys))
}

/** Forgets every counter whose name begins like this. */
export const forgetAll = async (tx: Tx, prefix: string) => {
  await tx.delete(tx.tables.attempts).where(like(tx.tables.attempts.key, `${prefix}%`))
}

/**
 * Counts one try in a run that only a success ends, and pauses it after every so many.
 * @returns failures in a row, this one included, or what to throw while it pauses, whether the try was right or not
 */
export async function countInRow(
  tx: Tx,
  key: string,
  { every, forMs, forgetAfterMs }: Pause,
  now: number,
): Promise<{ failures: number; refusal: null } | { refusal: Problem }> {
  const { attempts } = tx.tables
  const resetsAt = forgetAfterMs === undefined ? null : now + forgetAfterMs
  const isOver = sql`coalesce(${attempts.resetsAt} <= ${now}, false)`
  const [counted] = await tx
    .insert(attempts)
    .values({ key, failures: 1, resetsAt })
    .onConflictDoUpdate({
      target: attempts.key,
      set: {
        failures: sql`case when ${isOver} then 1 else ${attempts.failures} + 1 end`,
        pausedUntil: sql`case when (${attempts.failures} + 1) % ${every} = 0 and not ${isOver}
          then cast(${now + forMs} as bigint) end`,
        resetsAt,
      },
      setWhere: sql`${attempts.pausedUntil} is null or ${attempts.pausedUntil} <= ${now}`,
    })
    .returning()
  if (counted) return { failures: counted.failures, refusal: null }
  return { refusal: refusalUntil(await pausedUntil(tx, key, now), now) }
}

/** Takes back a try that was right but does not end the run: only a completed sign-in does. */
export async function giveBackInRow(tx: Tx, key: string) {
  const { attempts } = tx.tables
  await tx
    .update(attempts)
    .set({ failures: sql`${attempts.failures} - 1`, pausedUntil: null })
    .where(eq(attempts.key, key))
}

/** Until when a run that went too far pauses; null when it does not. */
export async function pausedUntil(db: Pick<Db, 'select' | 'tables'>, key: string, now: number): Promise<number | null> {
  const { attempts } = db.tables
  const [row] = await db
    .select()
    .from(attempts)
    .where(and(eq(attempts.key, key), gt(attempts.pausedUntil, now)))
  return row?.pausedUntil ?? null
}
