import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { freePort } from '@latchkey/db/testing-free-port'
import { TestBrowser } from '../../testing/browser.ts'
import type { World } from '../../testing/world.ts'

const main = fileURLToPath(new URL('../../main.ts', import.meta.url))

export type ServerProcess = Awaited<ReturnType<typeof startProcess>>

/**
 * The real program in a process of its own, on the database and under the master secret of a world: what somebody
 * began there goes on here. The world's own server hashes at a tenth of the price, so people are made and signed in
 * there.
 */
export async function startProcess(w: World) {
  const port = await freePort()
  const child = spawn(process.execPath, [main], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      PUBLIC_URL: w.origin,
      LATCHKEY_DATA_DIR: w.database.dataDir,
      LATCHKEY_SECRET: w.secret.toString('base64'),
      TRUSTED_PROXIES: '127.0.0.1',
      LOG_LEVEL: 'error',
      ...(w.database.databaseUrl && { DATABASE_URL: w.database.databaseUrl }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = listen(child)
  const ended = once(child, 'close')
  while (!said().includes('Latchkey is ready')) {
    if (child.exitCode !== null) throw new Error(`The server ended: ${said()}`)
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  return {
    url: `http://127.0.0.1:${port}`,
    /** everything it printed: at this log level, the sentence that it is ready and what went wrong */
    said,
    async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
      child.kill(signal)
      await ended
    },
  }
}

function listen({ stdout, stderr }: ChildProcess) {
  let said = ''
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (said += text))
  return () => said
}

/** The same browser, talking to another server process: cookies and address go along. */
export function at(url: string, w: World, browser: TestBrowser): TestBrowser {
  const same = new TestBrowser(url, w.origin, browser.address)
  for (const [name, value] of browser.cookies) same.cookies.set(name, value)
  return same
}
