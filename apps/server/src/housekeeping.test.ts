import type { Tx } from '@latchkey/db/db'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHousekeeping } from './housekeeping.ts'
import type { Log } from './log.ts'
import { type World, world } from './testing/world.ts'

describe.each(engines)('housekeeping on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const NOW = 1_900_000_000_000
  const at = (offset: number) => NOW + offset
  /** one row that is over and one that is not, everywhere */
  const fill = async (tx: Tx, userId: string, name: string, expiresAt: number) => {
    const { sessions, signInChallenges, knownBrowsers, setupLinks, attempts } = tx.tables
    const times = { createdAt: 1, lastModifiedAt: 1, lastAuthenticationAt: 1, lastSeenAt: 1 }
    await tx
      .insert(sessions)
      .values({ id: name, tokenHash: name, userId, authenticationMethods: [], ipAddress: '', ...times, expiresAt })
    await tx.insert(signInChallenges).values({ tokenHash: name, userId, attempts: 0, createdAt: 1, expiresAt })
    await tx.insert(knownBrowsers).values({ tokenHash: name, userId, createdAt: 1, lastUsedAt: 1, expiresAt })
    await tx.insert(setupLinks).values({ tokenHash: name, expiresAt })
    await tx.insert(attempts).values({ key: name, failures: 1, resetsAt: expiresAt })
  }
  /** Runs one sweep. */
  const sweep = async (deps = w.deps) => {
    const swept = Promise.withResolvers<void>()
    const db = {
      ...deps.db,
      write: (async (work) => deps.db.write(work).finally(swept.resolve)) as typeof deps.db.write,
    }
    const stop = startHousekeeping({ ...deps, db, now: () => NOW })
    await swept.promise
    stop()
  }

  test('rows whose time is over go, the others stay, and counters without an end stay', async () => {
    const [over, live] = [await w.person(), await w.person()]
    await w.db.write(async (tx) => {
      await fill(tx, over.id, 'over', at(-1))
      await fill(tx, live.id, 'now', at(0))
      await fill(tx, live.id, 'later', at(1))
      await tx.insert(tx.tables.attempts).values({ key: 'endless', failures: 7 })
      for (const [id, expiresAt] of [
        [over.id, at(-1)],
        [live.id, at(1)],
      ] as const)
        await tx
          .insert(tx.tables.authenticatorCandidates)
          .values({ userId: id, id, sealedSecret: '', attempts: 0, createdAt: 1, expiresAt })
    })
    await sweep()
    const { sessions, signInChallenges, knownBrowsers, setupLinks, attempts, authenticatorCandidates, users } =
      w.db.tables
    const names = async (rows: Promise<Record<string, unknown>[]>, column: string) =>
      (await rows).map((row) => row[column]).sort()
    expect(await names(w.db.select().from(sessions), 'id')).toEqual(['later', 'now'])
    expect(await names(w.db.select().from(signInChallenges), 'tokenHash')).toEqual(['later', 'now'])
    expect(await names(w.db.select().from(knownBrowsers), 'tokenHash')).toEqual(['later', 'now'])
    expect(await names(w.db.select().from(setupLinks), 'tokenHash')).toEqual(['later', 'now'])
    expect(await names(w.db.select().from(attempts), 'key')).toEqual(['endless', 'later', 'now'])
    expect(await names(w.db.select().from(authenticatorCandidates), 'userId')).toEqual([live.id])
    expect(await w.db.select().from(users)).toHaveLength(2)
  })

  test('new recovery codes nobody typed back go after an hour, and the live ones stay', async () => {
    const person = await w.person()
    const { recoverySets } = w.db.tables
    const hour = 60 * 60_000
    await w.db.write(async (tx) => {
      const set = { userId: person.id, label: 'K7Q4' }
      await tx.insert(recoverySets).values({ ...set, id: 'live', createdAt: 1, confirmedAt: 1 })
      await tx.insert(recoverySets).values({ ...set, id: 'waiting', createdAt: NOW - hour - 1 })
    })
    await sweep()
    expect((await w.db.select().from(recoverySets)).map(({ id }) => id)).toEqual(['live'])
  })

  test('a sweep that fails is a line in the log and nothing else', async () => {
    const lines: string[] = []
    const log = { ...w.deps.log, warn: (event) => lines.push(event) } as Log
    const db = { ...w.deps.db, write: () => Promise.reject(new Error('the database is gone')) }
    await sweep({ ...w.deps, log, db })
    await new Promise(setImmediate)
    expect(lines).toEqual(['housekeeping.failed'])
  })
})
