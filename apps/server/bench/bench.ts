/**
 * `npm run bench`: what a request costs next to a bare route of the same server, what a sign-in costs next to its
 * hash, how long a start takes next to an empty server, on both engines in one run. Ratios are the result: absolute
 * figures belong to the machine. Names pick some of it: `node apps/server/bench/bench.ts postgres requests`.
 */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@latchkey/db/testing-free-port'
import { startPostgres } from '@latchkey/db/testing-postgres'
import { load, type Measured } from './load.ts'

const ROUNDS = 3
const names = process.argv.slice(2)
const engines = ['sqlite', 'postgres'] as const
const parts = ['requests', 'sign-in', 'quiet', 'start'] as const
type Engine = (typeof engines)[number]
/** Whether a part is to be run: all of them, unless some are named. */
const isWanted = (part: (typeof parts)[number]) => !parts.some((p) => names.includes(p)) || names.includes(part)

/** Who the server under load says there is. */
type People = { cookie: string; key: string; serviceKey: string; usernames: string[]; password: string }
type UnderLoad = { engine: Engine; server: ChildProcess; port: number; people: People }

const here = import.meta.dirname
const verdicts: string[] = []

async function benchmark(engine: Engine, databaseUrl?: string) {
  console.log(`\n${engine}`)
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const port = await freePort()
  const server = run(join(here, 'server.ts'), {
    ...place(port, dataDir),
    TRUSTED_PROXIES: '127.0.0.1',
    ...(databaseUrl && { DATABASE_URL: databaseUrl }),
  })
  const people = JSON.parse(await firstLine(server)) as People
  const underLoad = { engine, server, port, people }
  if (isWanted('requests')) await benchmarkRequests(underLoad)
  if (isWanted('sign-in')) await benchmarkSignIn(underLoad)
  if (isWanted('quiet')) await benchmarkQuiet(underLoad)
  await stop(server)
  rmSync(dataDir, { recursive: true, force: true })
}

/** A request by each kind of caller next to a bare route. */
async function benchmarkRequests({ engine, port, people: { cookie, key, serviceKey } }: UnderLoad) {
  const bare = () => get(port, '/bare')
  const form = `token=${key}`
  const type = 'Content-Type: application/x-www-form-urlencoded'
  const introspect =
    `POST /api/v1/introspect HTTP/1.1\r\nHost: localhost:${port}\r\n${bearer(serviceKey)}` +
    `${type}\r\nContent-Length: ${form.length}\r\n\r\n${form}`
  const account = engine === 'sqlite' ? { least: 0.25, aim: 0.35 } : { least: 0.1, aim: 0.13 }
  const byKey = { least: engine === 'sqlite' ? 0.22 : 0.09, aim: undefined }
  const requests = [
    { what: 'account', name: 'GET /account', request: getAccount(port, cookie), ...account },
    { what: 'account by key', name: 'GET /account by key', request: getAccountBy(port, bearer(key)), ...byKey },
    { what: 'introspect', name: 'POST /introspect', request: () => introspect, ...byKey },
  ]
  const ratios = requests.map((): number[] => [])
  for (let round = 1; round <= ROUNDS; round++) {
    const one = await load({ port, connections: 16, forMs: 4_000, request: bare })
    row(`bare JSON route, round ${round}`, one)
    for (const [n, { name, request }] of requests.entries()) {
      const other = await load({ port, connections: 16, forMs: 4_000, request })
      ratios[n]?.push(other.perSecond / one.perSecond)
      row(`${name}, round ${round}`, other)
    }
  }
  for (const [n, { what, least, aim }] of requests.entries()) {
    const ratio = median(ratios[n] ?? [])
    const wanted = `at least ${least}${aim === undefined ? '' : `, aim ${aim}`}`
    verdict(`${engine}: ${what} / bare`, ratio, wanted, ratio >= least)
  }
}

async function benchmarkSignIn({ engine, server, port, people }: UnderLoad) {
  const request = signIn(port, people)
  const ratios: number[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    server.send({ hashForMs: 5_000 })
    const [{ hashesPerSecond }] = await once(server, 'message')
    const signedIn = await load({ port, connections: 8, forMs: 8_000, request })
    ratios.push(signedIn.perSecond / hashesPerSecond)
    console.log(`  bare Argon2id rate, round ${round}`.padEnd(44), hashesPerSecond.toFixed(1).padStart(9), '/s')
    row(`POST /sign-in, round ${round}`, signedIn)
  }
  verdict(`${engine}: sign-in / bare hash rate`, median(ratios), 'at least 0.95', median(ratios) >= 0.95)
}

/** What sign-ins cost somebody who only asks. */
async function benchmarkQuiet({ engine, port, people }: UnderLoad) {
  const [account, request] = [getAccount(port, people.cookie), signIn(port, people)]
  const slowdowns: number[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const quiet = await load({ port, connections: 2, forMs: 4_000, request: account })
    const [loaded, signIns] = await Promise.all([
      load({ port, connections: 2, forMs: 8_000, request: account }),
      load({ port, connections: 64, forMs: 8_000, request }),
    ])
    slowdowns.push(loaded.p99 / quiet.p99)
    row(`GET /account, quiet, round ${round}`, quiet)
    row(`GET /account while 64 sign in, round ${round}`, loaded)
    row(`POST /sign-in by 64, round ${round}`, signIns)
  }
  verdict(`${engine}: p99 while 64 sign in / quiet p99`, median(slowdowns), 'at most 5', median(slowdowns) <= 5)
}

/** Time from spawn to first answer, and resident memory then. */
async function benchmarkStart() {
  console.log('\nstart (embedded database already there)')
  const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const own: number[] = []
  const empty: number[] = []
  let rss = 0
  for (let round = 0; round <= 5; round++) {
    const counted = round > 0 // the first makes the database and warms the disk cache
    const server = await timeToAnswer(join(here, '../src/main.ts'), dataDir)
    if (counted) own.push(server.ms)
    rss = server.rss
    const baseline = await timeToAnswer(join(here, 'empty-server.ts'), dataDir)
    if (counted) empty.push(baseline.ms)
  }
  console.log('  first answer of Latchkey, median'.padEnd(44), median(own).toFixed(0).padStart(9), 'ms')
  console.log('  first answer of an empty server, median'.padEnd(44), median(empty).toFixed(0).padStart(9), 'ms')
  verdict('start / empty Node server', median(own) / median(empty), 'at most 6', median(own) / median(empty) <= 6)
  verdict('memory after start, MB', rss, 'at most 150', rss <= 150)
  rmSync(dataDir, { recursive: true, force: true })
}

async function timeToAnswer(script: string, dataDir: string) {
  const port = await freePort()
  const began = performance.now()
  const server = run(script, place(port, dataDir))
  while (
    !(await fetch(`http://localhost:${port}/healthz`).then(
      (reply) => reply.ok,
      () => false,
    ))
  );
  const ms = performance.now() - began
  const rss = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(server.pid)], { encoding: 'utf8' })) / 1024
  await stop(server)
  return { ms, rss }
}

const place = (port: number, dataDir: string) => ({
  PORT: String(port),
  LATCHKEY_DATA_DIR: dataDir,
  PATH: process.env['PATH'] ?? '',
})

/** Starts a program on the Node that runs this one; its log is written and not read. */
const run = (script: string, env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] })

async function stop(server: ChildProcess) {
  const gone = once(server, 'exit')
  server.kill('SIGTERM')
  await gone
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of stdout as NodeJS.ReadableStream) {
    text += chunk
    if (text.includes('\n')) return text
  }
  throw new Error('The server under load did not start')
}

const get = (port: number, path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost:${port}\r\n${more}\r\n`

const bearer = (key: string) => `Authorization: Bearer ${key}\r\n`
const getAccountBy = (port: number, header: string) => () => get(port, '/api/v1/account', header)
const getAccount = (port: number, cookie: string) => getAccountBy(port, `Cookie: ${cookie}\r\n`)

/** Everybody signs in, one after the other. */
function signIn(port: number, { usernames, password }: People) {
  let turn = 0
  return () =>
    post(port, '/api/v1/sign-in', JSON.stringify({ username: usernames[turn++ % usernames.length], password }))
}

/** Every sign-in comes from a network of its own, as in earnest: the limits count by network. */
const post = (port: number, path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nOrigin: http://localhost:${port}\r\n` +
  `X-Forwarded-For: ${[10, randomInt(256), randomInt(256), randomInt(256)].join('.')}\r\n` +
  `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

function row(name: string, { perSecond, p50, p99, refused }: Measured) {
  const latencies = `p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`
  console.log(
    `  ${name}`.padEnd(44),
    perSecond.toFixed(1).padStart(9),
    '/s ',
    latencies,
    refused ? ` ${refused} refused` : '',
  )
}

const verdict = (what: string, figure: number, wanted: string, holds: boolean) =>
  verdicts.push(`${holds ? 'holds ' : 'MISSED'}  ${what}: ${figure.toFixed(3)} (${wanted})`)

const median = (figures: number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] as number

const postgres = await startPostgres({ durable: true })
try {
  for (const engine of engines) {
    const isMeant = !engines.some((e) => names.includes(e)) || names.includes(engine)
    if (isMeant) await benchmark(engine, engine === 'postgres' ? postgres.url : undefined)
  }
  if (isWanted('start')) await benchmarkStart()
} finally {
  await postgres.stop()
}
console.log(`\n${verdicts.join('\n')}`)
