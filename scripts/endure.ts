/**
 * The races, random runs, kills and ending keys of apps/server/src/endurance in full, on both engines: about half an hour. The
 * ordinary test run takes a sample of each. A name picks one of them: `npm run endure -- kills`.
 */
import { join } from 'node:path'
import { startPostgres } from '@latchkey/db/testing-postgres'
import { root } from './bootstrap.mjs'
import { run } from './run.ts'

const folder = 'apps/server/src/endurance/'
const names = process.argv.slice(2)
const files = names.length > 0 ? names.map((name) => folder + name) : [folder]

// the tests end by themselves when they are told to; the database after them
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

const postgres = await startPostgres()
let isGood = false
try {
  // one file after the other: each of them wants the whole machine
  const command = [join(root, 'node_modules/.bin/vitest'), 'run', '--no-file-parallelism', ...files] as const
  isGood = await run(command, { ENDURANCE: 'whole', TEST_POSTGRES_URL: postgres.url })
} finally {
  await postgres.stop()
}
process.exitCode = isGood ? 0 : 1
