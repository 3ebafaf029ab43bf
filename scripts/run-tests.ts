/** Every check and every test, on both engines, with the numbers at the end. */

import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '@latchkey/db/testing-postgres'
import { findNginx } from '@latchkey/testing-nginx/find'
import { findBrowser } from '../e2e/browser.ts'
import { node, root } from './bootstrap.mjs'
import { installBrowser, installNginx } from './install.ts'
import { run, title } from './run.ts'

type Count = { passed: number; failed: number }

const results = join(root, 'test-results')
const counts: [string, Count][] = []
const broken: string[] = []

// each step ends by itself when it is told to, then the next one is not begun
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (interrupted = true))

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })

title('checks')
if (!(await run([node, 'scripts/check.ts']))) broken.push('npm run check')

if (!interrupted && !findNginx()) await installNginx()
const postgres = await startPostgres()
try {
  if (!interrupted) await unitTests(postgres.url)
  const browser = findBrowser() ?? (await installBrowser())
  for (const engine of ['sqlite', 'postgres']) {
    if (!interrupted) await endToEnd(engine, browser, postgres.url)
  }
} finally {
  await postgres.stop()
}

console.log()
for (const step of broken) console.log(`${step} failed, see above`)
for (const [name, { passed, failed }] of counts) console.log(`${name}: ${passed} passed, ${failed} failed`)
const passed = counts.reduce((sum, [, count]) => sum + count.passed, 0)
const failed = counts.reduce((sum, [, count]) => sum + count.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = interrupted ? 130 : broken.length || failed || counts.some(([, count]) => count.passed === 0) ? 1 : 0

async function unitTests(postgresUrl: string) {
  title('unit and request tests, on SQLite and PostgreSQL')
  const report = join(results, 'unit.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const good = await run([bin('vitest'), 'run', ...reporters], { TEST_POSTGRES_URL: postgresUrl })

  type Report = {
    numTotalTests: number
    numPassedTests: number
    testResults: { status: string; assertionResults: unknown[] }[]
  }
  const { numTotalTests, numPassedTests, testResults } = read<Report>(report) ?? {
    numTotalTests: 0,
    numPassedTests: 0,
    testResults: [],
  }
  // a file that could not even be loaded has no tests to count
  const unloadable = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length
  record('unit', { passed: numPassedTests, failed: numTotalTests - numPassedTests + unloadable }, good)
}

async function endToEnd(engine: string, browser: string, postgresUrl: string) {
  title(`end to end on ${engine}`)
  const report = join(results, `e2e-${engine}.json`)
  const good = await run(
    [join(root, 'e2e/node_modules/.bin/playwright'), 'test'],
    { E2E_ENGINE: engine, E2E_REPORT: report, CHROMIUM_PATH: browser, TEST_POSTGRES_URL: postgresUrl },
    join(root, 'e2e'),
  )

  type Report = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }
  const stats = read<Report>(report)?.stats ?? { expected: 0, unexpected: 0, flaky: 0, skipped: 0 }
  record(`e2e ${engine}`, { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped }, good)
}

/** A run that went wrong without a failed test (it crashed, or was stopped) is still a failure. */
function record(name: string, count: Count, good: boolean) {
  counts.push([name, count])
  if (!good && count.failed === 0) broken.push(name)
}

function read<Report>(path: string) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return undefined
  }
}

function bin(name: string) {
  return join(root, 'node_modules/.bin', name)
}
