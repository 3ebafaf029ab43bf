import { existsSync, writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { openDb } from '@latchkey/db/open'
import { createApp } from './app.ts'
import { prepareWarning } from './callers/in-clear.ts'
import { readConfig } from './config.ts'
import { startDatabaseClock } from './database-clock.ts'
import { DEFAULT_COST, makeHashPool } from './hash-pool.ts'
import { lowerHashThreads } from './hash-threads.ts'
import { startHousekeeping } from './housekeeping.ts'
import { makeServer } from './http/listen.ts'
import { isSetupNeeded, makeSetupToken, prepareInstallation } from './installation/installation.ts'
import { makeLog } from './log.ts'
import { loadMasterSecret } from './master-secret.ts'
import { plainSentence } from './plain-sentence.ts'
import { makeSecretBox } from './secret-box.ts'

/** Hash jobs that may wait, a lane: at about ten a second nobody waits for more than five seconds. */
const QUEUE_PER_LANE = 50
/** How long running requests may take after the order to stop, in milliseconds. */
const GRACE = 10_000

const built = (app: string) => {
  const folder = fileURLToPath(new URL(`../../${app}/dist`, import.meta.url))
  return existsSync(folder) ? folder : null
}

/** Reads the configuration, opens things, listens, and stops when told to. Ends the process with a sentence if it cannot. */
export const start = () => run().catch(refuseToStart)

async function run() {
  const config = readConfig(process.env)
  const log = makeLog(config.logLevel, (lines) => writeSync(1, lines))
  const secretBox = makeSecretBox(loadMasterSecret(config), config.previousSecret)
  const db = await openDb(config)
  await prepareInstallation(db, secretBox)
  const clock = await startDatabaseClock(db)
  const lanes = availableParallelism()
  await lowerHashThreads()
  const hashPool = makeHashPool({ cost: DEFAULT_COST, lanes, queue: lanes * QUEUE_PER_LANE })

  const deps = { config, log, db, secretBox, hashPool, now: clock.now }
  const server = makeServer(createApp(deps, built('web'), built('api-docs')), deps, prepareWarning(deps))
  const stopHousekeeping = startHousekeeping(deps)
  await new Promise<void>((ready, failed) => server.once('error', failed).listen(config.port, config.host, ready))

  writeSync(1, `Latchkey is ready at ${config.publicUrl.origin}\n`)
  if (await isSetupNeeded(db)) {
    const link = `${config.publicUrl.origin}/setup#token=${await makeSetupToken(db, clock.now())}`
    writeSync(1, `Make the first administrator here, once, within 30 minutes:\n  ${link}\n`)
  }
  log.info('started', { engine: db.engine, publicUrl: config.publicUrl.origin })

  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    log.info('stopping')
    stopHousekeeping()
    clock.stop()
    server.close(async () => {
      await db.close()
      log.info('stopped')
      log.flush()
    })
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), GRACE).unref()
  }
  process.on('exit', log.flush)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function refuseToStart(error: unknown): never {
  writeSync(2, `Latchkey cannot start. ${plainSentence(error)}\n`)
  process.exit(1)
}
