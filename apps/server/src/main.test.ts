import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { completeSetup } from '@latchkey/contract/setup'
import { sql } from '@latchkey/db/drizzle'
import { openDb } from '@latchkey/db/open'
import { engines, type FreshDatabase, freshDatabase } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TestBrowser } from './testing/browser.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

/** The real program in a process of its own, with this environment and nothing else. */
function start(environment: Record<string, string | undefined>, cwd = tmpdir()) {
  const child = spawn(process.execPath, [main], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text))
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code ?? signal, ...output }))
  const says = async (pattern: RegExp) => {
    while (!pattern.test(output.out)) {
      if (child.exitCode !== null) throw new Error(`It ended: ${output.err}`)
      await Promise.race([once(child.stdout, 'data'), ended])
    }
    return pattern.exec(output.out)?.[1] ?? ''
  }
  return { child, ended, says, output }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Whether anybody listens at a port. */
const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

describe('CF-01 with a mistake in its configuration the program', () => {
  let root: string
  let newer: FreshDatabase
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'latchkey-main-'))
    mkdirSync(join(root, 'short'))
    writeFileSync(join(root, 'short', 'master-secret'), 'YzRuYXJ5\n')
    mkdirSync(join(root, 'unreadable', 'master-secret'), { recursive: true })
    writeFileSync(join(root, 'file'), '')
    newer = await freshDatabase('sqlite')
    const db = await openDb(newer)
    const migrated = sql`insert into migrations (hash, applied_at) values ('from the future', 1)`
    await db.write(async (tx) => (tx as unknown as { run(statement: typeof migrated): unknown }).run(migrated))
    await db.close()
  })
  afterAll(async () => {
    await newer.drop()
    rmSync(root, { recursive: true })
  })

  const CANARY = 'c4nary'
  const mistakes: [string, () => Record<string, string>][] = [
    ['a port that is none', () => ({ PORT: CANARY })],
    ['a public address in clear', () => ({ PUBLIC_URL: `http://${CANARY}.example` })],
    ['a short secret', () => ({ LATCHKEY_SECRET: 'YzRuYXJ5' })],
    [
      'a secret that is not random',
      () => ({ LATCHKEY_SECRET: Buffer.from(`${CANARY} `.repeat(6)).toString('base64') }),
    ],
    ['proxies that are everybody', () => ({ TRUSTED_PROXIES: '0.0.0.0/0' })],
    ['a setting that does not exist', () => ({ LATCHKEY_SECERT: CANARY })],
    ['a log level that does not exist', () => ({ LOG_LEVEL: CANARY })],
    ['a database of another kind', () => ({ DATABASE_URL: `mysql://root:${CANARY}@localhost/x` })],
    ['a database nobody answers at', () => ({ DATABASE_URL: `postgres://root:${CANARY}@127.0.0.1:1/x` })],
    ['a master secret file too short', () => ({ LATCHKEY_DATA_DIR: join(root, 'short') })],
    ['a master secret file it cannot read', () => ({ LATCHKEY_DATA_DIR: join(root, 'unreadable') })],
    ['a database of a newer release', () => ({ LATCHKEY_DATA_DIR: newer.dataDir })],
    ['a data folder that cannot be made', () => ({ LATCHKEY_DATA_DIR: join(root, 'file', CANARY) })],
  ]

  test.each(mistakes)(
    'ends at once with one line, without the value, and never listens: %s',
    async (_, environment) => {
      const port = await freePort()
      const { ended, output } = start({
        PORT: String(port),
        LATCHKEY_DATA_DIR: join(root, crypto.randomUUID()),
        ...environment(),
      })
      const began = performance.now()
      const { code, err, out } = await ended
      expect(code).toBe(1)
      expect(performance.now() - began).toBeLessThan(5_000)
      expect(err).toMatch(/^Latchkey cannot start\. [^\n]+\n$/)
      expect(err + out).not.toMatch(/c4nary|YzRuYXJ5/)
      expect(output.out).not.toContain('ready')
      expect(err).not.toMatch(/\bat .*\.ts:\d|"stack"/)
      expect(await isOpen(port)).toBe(false)
    },
  )
})

describe.each(engines)('the program on %s', (engine) => {
  let database: FreshDatabase
  beforeAll(async () => {
    database = await freshDatabase(engine)
  })
  afterAll(() => database.drop())
  const environment = (port: number) => ({
    PORT: String(port),
    LATCHKEY_DATA_DIR: database.dataDir,
    DATABASE_URL: database.databaseUrl,
  })

  test('says where it is ready, prints a setup link that works, and on SIGTERM finishes what it began and ends with 0', async () => {
    const port = await freePort()
    const { child, ended, says } = start(environment(port))
    const token = await says(/setup#token=(\S+)\n/)
    expect(await says(/^Latchkey is ready at (\S+)$/m)).toBe(`http://localhost:${port}`)
    const browser = new TestBrowser(`http://127.0.0.1:${port}`, `http://localhost:${port}`, '203.0.113.1')
    const person = { username: 'first', displayName: 'First', password: 'violet harbour lantern' }
    const body = JSON.stringify({ ...person, token })

    // the head is there and the operation waits for the body when the order to stop comes
    const sending = request({
      port,
      host: '127.0.0.1',
      path: `/api/v1${completeSetup.path}`,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        host: `localhost:${port}`,
        'content-length': body.length,
        connection: 'close',
        expect: '100-continue',
      },
    })
    sending.flushHeaders()
    await once(sending, 'continue')
    child.kill('SIGTERM')
    await says(/"event":"(stopping)"/)
    expect(await isOpen(port)).toBe(false)
    sending.end(body)
    const [answer] = await once(sending, 'response')
    answer.resume()
    expect(answer.statusCode).toBe(201)
    const { code, out, err } = await ended
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(out).toContain('"event":"stopped"')
    expect(out).not.toContain(person.password)
    expect(out.split(token)).toHaveLength(2)
    await expect(browser.send('GET', '/healthz')).rejects.toThrow()
  })

  test('CR-03 started with another master secret it refuses, and says what to do', async () => {
    const port = await freePort()
    const { ended } = start({ ...environment(port), LATCHKEY_SECRET: '8QSsuZJrSBLYVLJSZBMtXsMa7M7HxhE0mgYQxzD0mVI=' })
    expect(await ended).toMatchObject({
      code: 1,
      err: 'Latchkey cannot start. The master secret is not the one this database was made with. Give that one in LATCHKEY_SECRET, or, to replace it, in LATCHKEY_SECRET_PREVIOUS.\n',
    })
    expect(await isOpen(port)).toBe(false)
  })

  test('on a port that is taken it says so and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { ended } = start(environment((taken.address() as AddressInfo).port))
    expect(await ended).toMatchObject({
      code: 1,
      err: 'Latchkey cannot start. Another program already listens there. Choose another PORT.\n',
    })
    taken.close()
  })
})
