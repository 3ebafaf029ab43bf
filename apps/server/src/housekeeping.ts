import { and, isNotNull, lt } from '@latchkey/db/drizzle'
import type { Deps } from './deps.ts'
import { describeError } from './log.ts'
import * as recoverySets from './second-factor/recovery-sets.ts'

const EVERY = 60 * 60_000

/**
 * Clears away rows whose time is over. Nothing depends on it: every reader checks the time itself.
 * @returns stops it
 */
export function startHousekeeping({ db, now, log }: Deps): () => void {
  const sweep = () =>
    db.write(async (tx) => {
      const { attempts, apiKeys, ...tables } = tx.tables
      const { sessions, signInChallenges, knownBrowsers, authenticatorCandidates, setupLinks, downloads } = tables
      for (const table of [sessions, signInChallenges, knownBrowsers, authenticatorCandidates, setupLinks, downloads])
        await tx.delete(table).where(lt(table.expiresAt, now()))
      // The key in use stays when its time is over, so that its panel can say so
      await tx.delete(apiKeys).where(and(isNotNull(apiKeys.replacedAt), lt(apiKeys.expiresAt, now())))
      await tx.delete(attempts).where(lt(attempts.resetsAt, now()))
      await recoverySets.discardExpired(tx, now())
    })
  const run = () => void sweep().catch((error) => log.warn('housekeeping.failed', describeError(error)))
  run()
  const timer = setInterval(run, EVERY).unref()
  return () => clearInterval(timer)
}
