import type { Db } from '@latchkey/db/db'
import type { Config } from './config.ts'
import type { HashPool } from './hash-pool.ts'
import type { Log } from './log.ts'
import type { SecretBox } from './secret-box.ts'

/** Everything a feature may be given. Made in main.ts, passed down, imported by nobody as a live object. */
export type Deps = {
  readonly config: Config
  readonly db: Db
  /** the database's time in milliseconds since the epoch (database-clock) */
  readonly now: () => number
  readonly hashPool: HashPool
  readonly secretBox: SecretBox
  readonly log: Log
}
