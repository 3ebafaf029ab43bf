/**
 * The server under load: the whole app as main.ts builds it, plus a bare JSON route on the same Hono server and
 * people to sign in as. Prints one line of JSON when it is ready.
 */

import { writeSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Role } from '@latchkey/contract/profile'
import { signIn } from '@latchkey/contract/sign-in'
import { openDb } from '@latchkey/db/open'
import { createApp } from '../src/app.ts'
import { prepareWarning } from '../src/callers/in-clear.ts'
import { readConfig } from '../src/config.ts'
import * as apiKeys from '../src/credentials/api-keys.ts'
import { startDatabaseClock } from '../src/database-clock.ts'
import { DEFAULT_COST, makeHashPool } from '../src/hash-pool.ts'
import { lowerHashThreads } from '../src/hash-threads.ts'
import { makeServer } from '../src/http/listen.ts'
import type { App } from '../src/http/serve.ts'
import { prepareInstallation } from '../src/installation/installation.ts'
import { makeLog } from '../src/log.ts'
import { loadMasterSecret } from '../src/master-secret.ts'
import { makeSecretBox } from '../src/secret-box.ts'
import { TestBrowser } from '../src/testing/browser.ts'
import { createUser } from '../src/users/create-user.ts'

const config = readConfig(process.env)
const db = await openDb(config)
const secretBox = makeSecretBox(loadMasterSecret(config))
await prepareInstallation(db, secretBox)
const { now } = await startDatabaseClock(db)
const lanes = availableParallelism()
await lowerHashThreads()
const hashPool = makeHashPool({ cost: DEFAULT_COST, lanes, queue: 50 * lanes })
// Request lines go to standard error, which the benchmark throws away: written, as in earnest, but not read
const log = makeLog(config.logLevel, (lines) => writeSync(2, lines))
const deps = { config, db, secretBox, hashPool, log, now }

const app: App = createApp(deps, null)
app.get('/bare', (c) => c.json({ status: 'up' }))
const server = makeServer(app, deps, prepareWarning(deps))
await new Promise<void>((ready) => server.listen(config.port, config.host, ready))

const password = 'violet harbour 8131 lantern'
const actor = { kind: 'command-line' as const, userId: null }
const passwordHash = await hashPool.hash(password)
const make = (username: string, role: Role = 'member') =>
  db.write((tx) => createUser(tx, { username, displayName: 'Bench', role, passwordHash }, actor, now()))
const makeKey = (userId: string) => db.write((tx) => apiKeys.replace(tx, null, userId, { overlap: 0, at: now() }))

// One asks, others sign in: the oldest of more than twenty sessions of a person ends
const signingIn = Array.from({ length: 64 }, (_, n) => `person-${n}`)
for (const username of signingIn) await make(username)
const key = await makeKey(await make('asking'))
const serviceKey = await makeKey(await make('service', 'service'))
const browser = new TestBrowser(config.publicUrl.origin, config.publicUrl.origin, '192.0.2.1')
await browser.call(signIn, { body: { username: 'asking', password } })
const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
console.log(JSON.stringify({ cookie, key, serviceKey, usernames: signingIn, password }))

/** The bare rate of the machine: the same hash on as many threads, nothing around it. */
process.on('message', async ({ hashForMs }: { hashForMs: number }) => {
  const began = performance.now()
  let hashes = 0
  const lane = async () => {
    while (performance.now() - began < hashForMs) {
      await hashPool.verify(password, passwordHash)
      hashes++
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  process.send?.({ hashesPerSecond: hashes / ((performance.now() - began) / 1000) })
})
process.on('SIGTERM', () => process.exit(0))
