import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeAt, stepAt } from '@latchkey/auth-core/totp'
import { type Policy, updatePolicy } from '@latchkey/contract/policy'
import type { Role } from '@latchkey/contract/profile'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, validateAuthenticator } from '@latchkey/contract/two-factor'
import type { Db } from '@latchkey/db/db'
import { openDb } from '@latchkey/db/open'
import { type Engine, freshDatabase } from '@latchkey/db/testing'
import { createApp } from '../app.ts'
import { prepareWarning } from '../callers/in-clear.ts'
import { readConfig } from '../config.ts'
import type { Deps } from '../deps.ts'
import { type HashCost, makeHashPool } from '../hash-pool.ts'
import { makeServer } from '../http/listen.ts'
import { prepareInstallation } from '../installation/installation.ts'
import { makeLog } from '../log.ts'
import { makeSecretBox } from '../secret-box.ts'
import { createUser } from '../users/create-user.ts'
import { TestBrowser, TestClient } from './browser.ts'

/** The real algorithm at a tenth of the least OWASP asks: a test wants the one and not the price of the other. */
export const TEST_COST: HashCost = { memory: 2_048, passes: 2 }

export type World = Awaited<ReturnType<typeof world>>
export type Person = { id: string; username: string; displayName: string; password: string }

/**
 * A whole Latchkey on a database of its own: real HTTP on loopback, real engine, real hashing; only the clock is the
 * test's. Requests come through a trusted proxy, so that every browser has an address of its own.
 */
export async function world(engine: Engine, environment: Record<string, string> = {}, cost = TEST_COST) {
  const database = await freshDatabase(engine)
  const db = await openDb(database)
  const secret = randomBytes(32)
  const clock = { offset: 0, advance: (ms: number) => (clock.offset += ms) }
  const logged: string[] = []
  const first = await startServer({ database, db, secret, clock, logged, environment, cost })
  await prepareInstallation(db, first.deps.secretBox)
  const others: { close(): Promise<void> }[] = []
  let people = 0
  let addresses = 0

  const browser = (url = first.url, address = nextAddress(addresses++)) => new TestBrowser(url, first.origin, address)

  /** a program that shows one credential (`bearer`, `basic`), with an address of its own unless told otherwise */
  const client = (authorization: string, url = first.url, address = nextAddress(addresses++)) =>
    new TestClient(url, first.origin, address, authorization)

  const person = async (over: Partial<Person> & { role?: Role } = {}): Promise<Person> => {
    const username = over.username ?? `person-${++people}-${randomBytes(3).toString('hex')}`
    const displayName = over.displayName ?? `Person ${people}`
    const password = over.password ?? `violet ${randomBytes(8).toString('hex')} harbour`
    const passwordHash = await first.deps.hashPool.hash(password)
    const actor = { kind: 'command-line' as const, userId: null }
    const role = over.role ?? 'member'
    const id = await db.write((tx) =>
      createUser(tx, { username, displayName, role, passwordHash }, actor, first.deps.now()),
    )
    return { id, username, displayName, password }
  }

  const browserOf = async (someone: Person, url?: string) => {
    const own = browser(url)
    await own.call(signIn, { body: credentials(someone) })
    return own
  }

  const signedIn = async (over?: Parameters<typeof person>[0]) => {
    const someone = await person(over)
    return { ...someone, browser: await browserOf(someone) }
  }

  return {
    engine,
    db,
    deps: first.deps,
    url: first.url,
    origin: first.origin,
    secret,
    database,
    clock,
    /** everything the servers wrote to their log */
    log() {
      first.deps.log.flush()
      return logged.join('')
    },
    browser,
    client,
    person,
    /** a fresh browser in which somebody typed name and password: signed in, or half-way where a code is asked for */
    browserOf,
    /** a fresh person and their signed-in browser */
    signedIn,
    /** a fresh person with a proved authenticator, signed out by proving it; codes come from `code()` */
    async withTwoFactor(over?: Parameters<typeof person>[0]) {
      const someone = await signedIn(over)
      const { secret: totpSecret } = await someone.browser.call(beginAuthenticator)
      // The code of the step before is proved, so that the present one is left: no step may end meanwhile
      const left = 30_000 - (first.deps.now() % 30_000)
      if (left < 10_000) clock.advance(left)
      let step = stepAt(first.deps.now()) - 1
      const { recoveryCodes, recoverySetId } = await someone.browser.call(validateAuthenticator, {
        body: { code: codeAt(totpSecret, step) },
      })
      /** the next code nobody used yet; moves the clock on when the present one is used up */
      const code = () => {
        step = Math.max(step + 1, stepAt(first.deps.now()))
        while (stepAt(first.deps.now()) < step) clock.advance(30_000)
        return codeAt(totpSecret, step)
      }
      /** a fresh browser in which this person went through both steps */
      const enter = async (url?: string) => {
        const own = await browserOf(someone, url)
        await own.call(showSecondFactor, { body: { code: code() } })
        return own
      }
      return { ...someone, secret: totpSecret, recoveryCodes: recoveryCodes ?? [], recoverySetId, code, enter }
    },
    /** Lets an administrator change the policy for the time of some work, and put it back afterwards. */
    async underPolicy(rules: Partial<Policy>, work: () => Promise<unknown>) {
      const [before] = await db.select().from(db.tables.policy)
      const asBefore = Object.fromEntries(Object.keys(rules).map((name) => [name, before?.[name as keyof Policy]]))
      const { browser, password } = await signedIn({ role: 'administrator' })
      await browser.call(updatePolicy, { body: rules })
      try {
        await work()
      } finally {
        await browser.call(stepUp, { body: { password } })
        await browser.call(updatePolicy, { body: asBefore as Partial<Policy> })
      }
    },
    /**
     * Another server process, as far as the database can tell: its own connections, its own memory.
     * @param over parts of it that are unlike the first one's
     */
    async second(over: Partial<Deps> = {}) {
      const own = await openDb(database)
      const other = await startServer({ database, db: own, secret, clock, logged, environment, cost, over })
      others.push({
        async close() {
          await other.close()
          await own.close()
        },
      })
      return other
    },
    async close() {
      for (const other of others) await other.close()
      await first.close()
      await db.close()
      await database.drop()
    },
  }
}

const credentials = ({ username, password }: Person) => ({ username, password })

/** Addresses of the documentation networks (RFC 5737), one after the other. */
const nextAddress = (n: number) => `198.51.${100 + (n >> 8)}.${n & 255}`

async function startServer(given: {
  database: { dataDir: string; databaseUrl?: string | undefined }
  db: Db
  secret: Buffer
  clock: { offset: number }
  logged: string[]
  environment: Record<string, string>
  cost: HashCost
  over?: Partial<Deps>
}) {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((ready) => probe.once('listening', ready))
  const { port } = probe.address() as AddressInfo
  await new Promise((closed) => probe.close(closed))

  const config = readConfig({
    PORT: String(port),
    PUBLIC_URL: 'http://localhost', // without a port: every server of a world answers to it on its own
    LATCHKEY_DATA_DIR: given.database.dataDir,
    DATABASE_URL: given.database.databaseUrl,
    TRUSTED_PROXIES: '127.0.0.1',
    ...given.environment,
  })
  const deps = {
    config,
    db: given.db,
    log: makeLog('debug', (lines) => given.logged.push(lines)),
    secretBox: makeSecretBox(given.secret),
    hashPool: makeHashPool({ cost: given.cost, lanes: 2, queue: 100 }),
    now: () => Date.now() + given.clock.offset,
    ...given.over,
  }
  const server = makeServer(createApp(deps, null), deps, prepareWarning(deps))
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    deps,
    url: `http://127.0.0.1:${port}`,
    origin: config.publicUrl.origin,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
