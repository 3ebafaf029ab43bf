import { writeSync } from 'node:fs'
import { Problem } from '@latchkey/contract/problem'
import { isThere, openDb } from '@latchkey/db/open'
import { readConfig } from '../config.ts'
import { startDatabaseClock } from '../database-clock.ts'
import { DEFAULT_COST, makeHashPool } from '../hash-pool.ts'
import { isInstalled, prepareInstallation } from '../installation/installation.ts'
import { loadMasterSecret } from '../master-secret.ts'
import { plainSentence } from '../plain-sentence.ts'
import { makeSecretBox } from '../secret-box.ts'
import { CliError, UsageError, usage } from './cli-error.ts'
import { problemSentence } from './problem-sentence.ts'
import { users } from './users.ts'

/** `latchkey GROUP COMMAND …`: looks after a database, beside a running server or without one, on either engine. */
async function run(words: string[]) {
  if (words.includes('--help')) return writeSync(1, `${usage}\n`)
  const [group, command = '', ...rest] = words
  if (group !== 'users' || !Object.hasOwn(users, command)) throw new UsageError()
  const config = readConfig(process.env)
  // The first account can be made here, before any server ran; everything else speaks of what is there
  if (command !== 'create' && !isThere(config))
    throw new CliError(`There is no Latchkey in ${config.dataDir}: name its folder in LATCHKEY_DATA_DIR.`)
  const db = await openDb(config)
  try {
    if (!(await isInstalled(db))) await prepareInstallation(db, makeSecretBox(loadMasterSecret(config)))
    const clock = await startDatabaseClock(db)
    clock.stop()
    const hashPool = makeHashPool({ cost: DEFAULT_COST, lanes: 1, queue: 0 })
    await users[command as keyof typeof users]({ config, db, hashPool, now: clock.now }, rest)
  } finally {
    await db.close()
  }
}

/** 1: it could not be done; 2: it was not understood. */
run(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  if (error instanceof Problem) writeSync(2, `${problemSentence(error)}\n`)
  else if (isUsage || error instanceof CliError) writeSync(2, `${(error as Error).message}\n`)
  else writeSync(2, `${plainSentence(error)}\n`)
  process.exitCode = isUsage ? 2 : 1
})
