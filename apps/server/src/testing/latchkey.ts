import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { FreshDatabase } from '@latchkey/db/testing'

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url))

/** The real program in a process of its own, as `npm run latchkey --` starts it. */
export async function latchkey({ databaseUrl, dataDir }: FreshDatabase, args: string[], input = '') {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: tmpdir(),
    env: {
      PATH: process.env['PATH'],
      LATCHKEY_DATA_DIR: dataDir,
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
  child.stdin.on('error', () => {}) // it may end without having read anything
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...output }
}
