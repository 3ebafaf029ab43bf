import { generateApiKey } from '@latchkey/contract/api-key'
import { confirmRecoveryCodes, renewRecoveryCodes } from '@latchkey/contract/recovery-codes'
import { signIn } from '@latchkey/contract/sign-in'
import { stepUp } from '@latchkey/contract/step-up'
import { beginAuthenticator, getTwoFactor } from '@latchkey/contract/two-factor'
import { updateUser } from '@latchkey/contract/users'
import { and, eq, isNull } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { appCode } from '../testing/authenticator-app.ts'
import { bearer, type TestBrowser } from '../testing/browser.ts'
import { type Person, type World, world } from '../testing/world.ts'
import { makeDice } from './testing/dice.ts'
import { brokenInvariants } from './testing/invariants.ts'
import { type Enrolled, enrolled, signedInWith, withGrant } from './testing/people.ts'
import { inWhole, LONG, say, seed } from './testing/scale.ts'
import { at, type ServerProcess, startProcess } from './testing/server-process.ts'

const ROUNDS = Array.from({ length: inWhole(20, 2) }, (_, round) => round + 1)

/** What somebody may be told who came too late, or once too often. Never 500: a lost race is not a failure. */
const REFUSALS = [401, 403, 409, 410, 429]

type Sending = { from: TestBrowser; method?: string; path: string; body?: unknown }

const credentials = ({ username, password }: Person) => ({ username, password })

/**
 * Real server processes with one database between them: two on PostgreSQL; on SQLite, which belongs to one machine,
 * one. People are new in every round, because nobody waits for the clock.
 */
describe.each(engines)('CC-01 used at the same moment on every server process, on %s', (engine) => {
  let w: World
  let servers: ServerProcess[]
  const dice = makeDice(seed)
  const won = new Map<string, number>()
  beforeAll(async () => {
    w = await world(engine)
    servers = await Promise.all(Array.from({ length: engine === 'postgres' ? 2 : 1 }, () => startProcess(w)))
  })
  afterEach(async () => {
    expect(await brokenInvariants(w)).toEqual([])
    for (const { said } of servers) expect(said()).not.toMatch(/"level":"error"/)
  })
  afterAll(async () => {
    const tally = [...won].sort().map(([path, times]) => `${times} × ${path}`)
    say(`on ${engine} these won a race against all the others, order by seed ${seed}: ${tally.join(', ')}`)
    await Promise.all(servers.map((server) => server.end()))
    await w.close()
  })

  /** Sends everything at once, by turns to one process and the other. @returns the answers, as they were sent */
  const allAtOnce = (sendings: Sending[]) => {
    const prepared = sendings.map(({ from, method = 'POST', path, body }, n) => {
      const server = servers[n % servers.length] as ServerProcess
      return { browser: at(server.url, w, from), method, path: `/api/v1${path}`, options: { body } }
    })
    return Promise.all(
      prepared.map(async ({ browser, method, path, options }) => {
        const answer = await browser.send(method, path, options)
        await answer.arrayBuffer()
        return { browser, status: answer.status, isGood: answer.ok }
      }),
    )
  }

  /** Sends the nth by turns to one process and the other. @returns what it answered */
  const ask = async ({ from, method = 'POST', path, body }: Sending, n: number) => {
    const server = servers[n % servers.length] as ServerProcess
    const answer = await at(server.url, w, from).send(method, `/api/v1${path}`, { body })
    return (await answer.json()) as { apiKey?: string }
  }

  /** Everybody but these was refused in an orderly way. @returns the ones that were not refused */
  const winners = (answers: Awaited<ReturnType<typeof allAtOnce>>) => {
    const refusals = answers.filter(({ isGood }) => !isGood).map(({ status }) => status)
    expect(refusals.filter((status) => !REFUSALS.includes(status))).toEqual([])
    return answers.filter(({ isGood }) => isGood).map(({ browser }) => browser)
  }

  /** As many as there may be at once. */
  const halfSignedIn = (person: Person, count = 5) =>
    Promise.all(Array.from({ length: count }, () => w.browserOf(person)))

  const spread = (count: number, browsers: TestBrowser[], rest: Omit<Sending, 'from'>): Sending[] =>
    Array.from({ length: count }, (_, n) => ({ from: browsers[n % browsers.length] as TestBrowser, ...rest }))

  const left = async ({ id }: Person) => {
    const { recoveryCodes: table } = w.db.tables
    return (
      await w.db
        .select()
        .from(table)
        .where(and(eq(table.userId, id), isNull(table.usedAt)))
    ).length
  }

  const sessionsOf = async ({ id }: Person) =>
    w.db.select().from(w.db.tables.sessions).where(eq(w.db.tables.sessions.userId, id))

  /** Sessions with a grant for this: what a right answer to "Confirm it's you" leaves behind. */
  const grantsOf = async (person: Person, purpose: string) =>
    (await sessionsOf(person)).filter(({ grantPurpose }) => grantPurpose === purpose)

  describe.each(ROUNDS)('round %i:', { timeout: LONG }, () => {
    test('RC-03 one recovery code in fifty second steps signs in once', async () => {
      const person = await enrolled(w)
      const body = { recoveryCode: person.recoveryCodes[0] }
      const browsers = await halfSignedIn(person)
      const inside = winners(await allAtOnce(spread(50, browsers, { path: '/sign-in/second-factor', body })))
      expect(inside).toHaveLength(1)
      expect((await inside[0]?.call(getTwoFactor))?.recoveryCodes?.left).toBe(9)
      expect(await sessionsOf(person)).toHaveLength(1)
    })

    test('RC-03 one recovery code in fifty proofs of eight signed-in browsers proves once', async () => {
      const person = await enrolled(w)
      const browsers: TestBrowser[] = []
      for (const code of person.recoveryCodes.slice(0, 8)) browsers.push(await signedInWith(w, person, code))
      const body = { recoveryCode: person.recoveryCodes[8] }
      expect(winners(await allAtOnce(spread(50, browsers, { path: '/step-up', body })))).toHaveLength(1)
      expect(await left(person)).toBe(1)
      expect(await grantsOf(person, 'any')).toHaveLength(1)
    })

    test('RC-03 two different recovery codes at once are both good and both gone', async () => {
      const person = await enrolled(w)
      const [one, other] = await halfSignedIn(person, 2)
      const sending = (from: TestBrowser | undefined, recoveryCode: string | undefined) => ({
        from: from as TestBrowser,
        path: '/sign-in/second-factor',
        body: { recoveryCode },
      })
      const [first, second] = person.recoveryCodes
      expect(winners(await allAtOnce([sending(one, first), sending(other, second)]))).toHaveLength(2)
      expect(await left(person)).toBe(8)
      expect(await sessionsOf(person)).toHaveLength(2)
    })

    test('TO-04 one code of the app in thirty second steps signs in once', async () => {
      const person = await enrolled(w)
      const browsers = await halfSignedIn(person)
      const body = { code: person.code }
      const inside = winners(await allAtOnce(spread(30, browsers, { path: '/sign-in/second-factor', body })))
      expect(inside).toHaveLength(1)
      expect(await sessionsOf(person)).toHaveLength(1)
    })

    test('TO-04 one code of the app in thirty proofs of six signed-in browsers proves once', async () => {
      const person = await enrolled(w)
      const browsers: TestBrowser[] = []
      for (const code of person.recoveryCodes.slice(0, 6)) browsers.push(await signedInWith(w, person, code))
      const body = { code: person.code }
      expect(winners(await allAtOnce(spread(30, browsers, { path: '/step-up', body })))).toHaveLength(1)
      expect(await grantsOf(person, 'any')).toHaveLength(1)
    })

    test('one half-finished sign-in with two right answers fifty times is one session, and one answer is still good', async () => {
      const person = await enrolled(w)
      const [browser] = await halfSignedIn(person, 1)
      const path = '/sign-in/second-factor'
      const answers = [{ code: person.code }, { recoveryCode: person.recoveryCodes[0] }]
      const sendings = answers.flatMap((body) => spread(25, [browser as TestBrowser], { path, body }))
      const mixed = sendings.map((_, n) => sendings[(n % 2) * 25 + (n >> 1)] as Sending)
      expect(winners(await allAtOnce(mixed))).toHaveLength(1)
      expect(await sessionsOf(person)).toHaveLength(1)

      const [session] = await sessionsOf(person)
      expect(await left(person)).toBe(session?.authenticationMethods.includes('recovery-code') ? 9 : 10)
    })

    test('a half-finished sign-in that signing out has ended does not go on', async () => {
      const person = await enrolled(w)
      const [first = [], second = []] = [person.recoveryCodes.slice(0, 5), person.recoveryCodes.slice(5)]
      const browsers = await Promise.all(first.map((code) => signedInWith(w, person, code)))
      for (const browser of browsers) await browser.call(signIn, { body: credentials(person) })

      const goingOn = browsers.map((from, n) => ({
        from,
        path: '/sign-in/second-factor',
        body: { recoveryCode: second[n] },
      }))
      const leaving = browsers.map((from) => ({ from, path: '/sign-out' }))
      const answers = await allAtOnce(dice.shuffle([...goingOn, ...leaving]))
      const inside = winners(answers).filter(({ cookies }) => cookies.has('latchkey-session'))
      // Who goes on leaves the session they brought along behind, and signing out finds nothing. Who signs out first
      // takes both with them. So everybody did one or the other
      const { activity } = w.db.tables
      const left = await w.db
        .select()
        .from(activity)
        .where(and(eq(activity.subjectId, person.id), eq(activity.event, 'sign-out')))
      expect(inside.length + left.length).toBe(browsers.length)
      expect(await sessionsOf(person)).toHaveLength(inside.length)
    })

    test.each([
      ['DELETE', '/account/two-factor', 'two-factor.deactivate'],
      ['POST', '/account/two-factor/reset-secret', 'two-factor.reset'],
      ['POST', '/account/two-factor/authenticator', 'two-factor.replace'],
      ['POST', '/account/recovery-codes', 'recovery-codes.renew'],
    ] as const)('TO-08 one grant serves one of fifty: %s %s', async (method, path, purpose) => {
      const person = await enrolled(w)
      const browser = await withGrant(w, person, person.recoveryCodes, purpose)
      expect(winners(await allAtOnce(spread(50, [browser], { method, path })))).toHaveLength(1)
      expect(await grantsOf(person, purpose)).toEqual([])
    })

    test('TO-06 one right code turns the second factor on once, and hands out one set of recovery codes', async () => {
      const person = await w.signedIn()
      const { secret } = await person.browser.call(beginAuthenticator)
      const body = { code: appCode(secret, w.deps.now()) }
      const path = '/account/two-factor/authenticator/validate'
      expect(winners(await allAtOnce(spread(50, [person.browser], { path, body })))).toHaveLength(1)
      expect(await left(person)).toBe(10)
    })

    test('AK-04 I5 making and revoking API key and password at once leaves one of each at most, and one that works', async () => {
      const administrator = await w.signedIn({ role: 'administrator' })
      const person = await w.signedIn()
      await person.browser.call(generateApiKey)
      const own = (method: string, path: string, body?: unknown) => ({ from: person.browser, method, path, body })
      const sendings: Sending[] = [
        ...Array.from({ length: 8 }, () => own('POST', '/account/api-key')),
        ...Array.from({ length: 8 }, () => own('POST', '/account/api-key', { overlap: '24h' })),
        ...Array.from({ length: 8 }, () => own('POST', '/account/api-password')),
        ...['api-key', 'api-password'].map((name) => own('DELETE', `/account/${name}`)),
        { from: administrator.browser, method: 'DELETE', path: `/users/${person.id}/credentials` },
      ]
      winners(await allAtOnce(dice.shuffle(sendings)))
      expect(await brokenInvariants(w)).toEqual([])
      const keys = await Promise.all(spread(20, [person.browser], { path: '/account/api-key' }).map(ask))
      const made = keys.flatMap(({ apiKey }) => apiKey ?? [])
      const working = await Promise.all(
        made.map(async (key) => (await w.client(bearer(key)).send('GET', '/api/v1/account')).ok),
      )
      expect(made.length).toBeGreaterThan(0)
      expect(working.filter(Boolean)).toHaveLength(1)
    })

    test('CC-02 replacing, turning off, renewing, resetting and signing in never leave a state in between', async () => {
      const administrator = await w.signedIn({ role: 'administrator' })
      const person = await enrolled(w)
      const sendings = await conflicting(person, administrator.browser)
      // not always all of them: what takes longest would never win
      const chosen = sendings.filter(() => dice.chance(0.6))
      const order = dice.shuffle([...chosen, ...chosen])
      const answers = await allAtOnce(order)
      winners(answers)
      answers.forEach(({ isGood }, n) => {
        const { method = 'POST', path } = order[n] as Sending
        const name = `${method} ${path.replace(person.id, '{id}')}`
        if (isGood) won.set(name, (won.get(name) ?? 0) + 1)
      })
      expect(await brokenInvariants(w)).toEqual([])
      await administrator.browser.call(updateUser, { params: { id: person.id }, body: { enabled: false } })
      expect(await brokenInvariants(w)).toEqual([])
    })
  })

  /** Everything that changes the second factor of one person, each about to succeed. */
  const conflicting = async (person: Enrolled, administrator: TestBrowser): Promise<Sending[]> => {
    const [a, b, c, d, e, f, g, h] = person.recoveryCodes
    const replacing = await withGrant(w, person, [a, b], 'two-factor.replace')
    const { secret } = await replacing.call(beginAuthenticator)
    const renewing = await withGrant(w, person, [c, d], 'recovery-codes.renew')
    const renewed = await renewing.call(renewRecoveryCodes)
    const deactivating = await withGrant(w, person, [e, f], 'two-factor.deactivate')
    const resetting = await withGrant(w, person, [g, h], 'two-factor.reset')
    const entering = w.browser()
    await entering.call(signIn, { body: credentials(person) })
    await renewing.call(stepUp, { body: { code: person.code, purpose: 'recovery-codes.renew' } })
    return [
      {
        from: replacing,
        path: '/account/two-factor/authenticator/validate',
        body: { code: appCode(secret, w.deps.now()) },
      },
      { from: deactivating, method: 'DELETE', path: '/account/two-factor' },
      { from: resetting, path: '/account/two-factor/reset-secret' },
      { from: renewing, path: '/account/recovery-codes' },
      { from: renewing, path: confirmRecoveryCodes.path, body: { recoveryCode: renewed.recoveryCodes[0] } },
      { from: entering, path: '/sign-in/second-factor', body: { recoveryCode: person.recoveryCodes[8] } },
      { from: administrator, method: 'PATCH', path: `/users/${person.id}`, body: { twoFactorActive: false } },
    ]
  }
})
