import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getAccount } from '@latchkey/contract/profile'
import { completeSetup } from '@latchkey/contract/setup'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { beginAuthenticator, setUpLater, validateAuthenticator } from '@latchkey/contract/two-factor'
import type { Db } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { isSetupNeeded, makeSetupToken, prepareInstallation } from './installation/installation.ts'
import { makeSecretBox } from './secret-box.ts'
import { appCode } from './testing/authenticator-app.ts'
import { problemOf, TestBrowser } from './testing/browser.ts'
import { dump } from './testing/dump.ts'
import { type World, world } from './testing/world.ts'

test('CR-01 nothing in the source draws from a predictable well, and nothing uses MD5 or, but for TOTP, SHA-1', () => {
  const roots = ['.', '../../../packages/auth-core/src', '../../../packages/contract/src', '../../../packages/db/src']
  const files = roots.flatMap((root) => {
    const folder = new URL(`${root}/`, import.meta.url)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names
      .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|testing/.test(name))
      .map((name) => ({ name: `${root}/${name}`, text: readFileSync(new URL(name, folder), 'utf8') }))
  })
  expect(files.length).toBeGreaterThan(50)
  const using = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ name }) => name)
  expect(using(/Math\.random|pseudoRandomBytes/)).toEqual([])
  expect(using(/\bmd5\b/i)).toEqual([])
  expect(using(/\bsha-?1\b/i)).toEqual(['../../../packages/auth-core/src/totp.ts'])
  // an identifier that is made of the time
  expect(using(/(id|token|secret|nonce|salt)\w*\s*[:=]\s*`?\$?\{?Date\.now\(\)/i)).toEqual([])
})

describe.each(engines)('secrets on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const change = (work: Parameters<Db['write']>[0]) => w.db.write(work)
  const sealedOf = async (userId: string) => {
    const { authenticators } = w.db.tables
    const [row] = await w.db.select().from(authenticators).where(eq(authenticators.userId, userId))
    if (!row) throw new Error('There is no authenticator')
    return row
  }
  const putSealed = (userId: string, sealedSecret: string) =>
    change((tx) =>
      tx.update(tx.tables.authenticators).set({ sealedSecret }).where(eq(tx.tables.authenticators.userId, userId)),
    )
  const eventsOf = async (userId: string) => {
    const { activity } = w.db.tables
    return (await w.db.select().from(activity).where(eq(activity.subjectId, userId))).map(
      ({ event, outcome }) => `${event} ${outcome}`,
    )
  }

  test("CR-02 a secret copied into somebody else's row opens nothing, is recorded, and hurts nobody else", async () => {
    const [attacker, victim] = await Promise.all([w.withTwoFactor(), w.withTwoFactor()])
    const own = (await sealedOf(victim.id)).sealedSecret
    await putSealed(victim.id, (await sealedOf(attacker.id)).sealedSecret)

    const browser = await w.browserOf(victim)
    const problem = await problemOf(browser.call(showSecondFactor, { body: { code: attacker.code() } }))
    expect(problem).toMatchObject({ code: 'wrong-code', status: 401 })
    expect(await eventsOf(victim.id)).toContain('two-factor.unreadable failure')
    await attacker.enter()
    await putSealed(victim.id, own)
    await victim.enter()
  })

  test('CR-02 one flipped bit in a stored secret is a refusal and a record, not a crash and not "no factor"', async () => {
    const person = await w.withTwoFactor()
    const { sealedSecret } = await sealedOf(person.id)
    const flipped = `${sealedSecret.slice(0, -2)}${sealedSecret.at(-2) === 'A' ? 'B' : 'A'}${sealedSecret.at(-1)}`
    await putSealed(person.id, flipped) // and it stays so: the rotation below meets it as well

    const browser = w.browser()
    const { status } = await browser.call(signIn, { body: { username: person.username, password: person.password } })
    expect(status).toBe('second-factor-required')
    expect((await problemOf(browser.call(showSecondFactor, { body: { code: person.code() } }))).status).toBe(401)
    expect(await eventsOf(person.id)).toContain('two-factor.unreadable failure')
    expect(w.log()).toContain('authenticator.unreadable')
    expect(w.log()).not.toContain(flipped)
    await w.signedIn()
  })

  test('CR-03 a new master secret beside the previous one: all factors work, rows are re-sealed, and then it stands alone', async () => {
    const person = await w.withTwoFactor()
    const before = (await sealedOf(person.id)).sealedSecret
    const candidateOf = await w.signedIn()
    await candidateOf.browser.call(beginAuthenticator)
    const next = randomBytes(32)

    await expect(prepareInstallation(w.db, makeSecretBox(next))).rejects.toThrow(ConfigError)
    await expect(prepareInstallation(w.db, makeSecretBox(next))).rejects.toThrow(
      /^The master secret is not the one this database was made with\./,
    )
    expect((await sealedOf(person.id)).sealedSecret).toBe(before)

    await prepareInstallation(w.db, makeSecretBox(next, w.secret))
    const after = (await sealedOf(person.id)).sealedSecret
    expect(after).not.toBe(before)
    expect(makeSecretBox(next).isCurrent(after)).toBe(true)
    await prepareInstallation(w.db, makeSecretBox(next))
    const alone = await w.second({ secretBox: makeSecretBox(next) })
    await person.enter(alone.url)
    expect((await problemOf(candidateOf.browser.call(validateAuthenticator, { body: { code: '000000' } }))).code).toBe(
      'no-longer-valid',
    )

    await prepareInstallation(w.db, makeSecretBox(w.secret, next)) // back again, for the tests that follow
    await person.enter()
  })

  test('CR-03 starting again with the same secret changes nothing', async () => {
    const person = await w.withTwoFactor()
    const before = await sealedOf(person.id)
    await prepareInstallation(w.db, w.deps.secretBox)
    expect(await sealedOf(person.id)).toEqual(before)
  })

  test('CR-05 CR-04 no string of a stolen database opens anything', async () => {
    const person = await w.withTwoFactor()
    const session = await person.enter()
    const half = await w.browserOf(person)
    const token = await makeSetupToken(w.db, w.deps.now())
    const pending = await w.signedIn()
    await pending.browser.call(setUpLater)
    const enrolling = await w.browserOf(pending)
    const halves = [half, enrolling].map(({ cookies }) => cookies.get('latchkey-sign-in'))
    const cookies = [session.cookies.get('latchkey-session'), ...halves].map(String)
    const steps = {
      'second-factor': { code: '123456' },
      enrolment: { code: '123456' },
      password: { newPassword: 'violet harbour lantern' },
    }

    const stolen = await dump(w.db)
    for (const secret of [...cookies, token, ...person.recoveryCodes, person.secret, person.password])
      for (const form of [
        secret,
        secret.replaceAll('-', ''),
        Buffer.from(secret).toString('base64url'),
        Buffer.from(secret).toString('hex'),
      ])
        expect(stolen.includes(form)).toBe(false)
    // in JSON, so that strings inside JSON columns are found as well
    const strings = new Set(
      (stolen.match(/[A-Za-z0-9_./+$=,-]{16,}/g) ?? []).flatMap((text) => [text, ...text.split(/[.$,=]/)]),
    )
    const tried = [...strings].filter((text) => text.length >= 16)
    expect(tried.length).toBeGreaterThan(20)
    expect(tried).toContain((await sealedOf(person.id)).sealedSecret)
    for (const text of tried) {
      const thief = w.browser()
      const statusOf = async (method: string, path: string, cookie: string, body?: unknown) =>
        (await thief.send(method, `/api/v1${path}`, { headers: { cookie }, ...(body !== undefined && { body }) }))
          .status
      expect(await statusOf('GET', '/account', `latchkey-session=${text}`)).toBe(401)
      for (const [step, body] of Object.entries(steps))
        expect(await statusOf('POST', `/sign-in/${step}`, `latchkey-sign-in=${text}`, body)).toBe(401)
      const setup = {
        token: text.slice(0, 128),
        username: 'thief',
        displayName: 'Thief',
        password: 'violet harbour lantern',
      }
      expect(await statusOf('POST', '/setup', '', setup)).toBe(401)
    }
    await session.call(getAccount)
  })

  describe('LG-01 LG-03', () => {
    /** A value that must not be seen again, in every spelling a log could hold it in. */
    const spellings = (secret: string) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      ...[0, 1, 2].map((shift) =>
        Buffer.from(`${' '.repeat(shift)}${secret}`)
          .toString('base64')
          .slice(4, -4),
      ),
      Buffer.from(secret).toString('hex'),
    ]

    test('no secret and nothing typed reaches the log, on success, failure, malformed input or a fault', async () => {
      const person = await w.withTwoFactor()
      const wrong = 'c4nary wrong pässword+1'
      const browser = await person.enter()
      const half = await w.browserOf(person)
      const code = appCode(person.secret, w.deps.now())
      const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
        browser.send(method, path, { ...(body !== undefined && { body }), headers })
      const authorization = 'Bearer c4nary-lk_0123456789abcdefgh'
      await send('GET', '/api/v1/account?access_token=c4nary-in-the-query', undefined, { authorization })
      await send('GET', '/c4nary-in-the-path')
      await send('GET', '/api/v1/c4nary-in-the-path')
      await send('DELETE', '/api/v1/account/sessions/c4nary-in-the-parameter')
      await send('POST', '/api/v1/sign-in', { username: wrong, password: wrong })
      await send('POST', '/api/v1/sign-in', `{"username":"${person.username}","password":"${wrong}`)
      await send('POST', '/api/v1/sign-in', { username: person.username, password: wrong, [wrong]: 1 })
      await send('POST', '/api/v1/setup', {
        token: 'c4nary-setup-token',
        username: 'c4nary',
        displayName: 'c4nary',
        password: wrong,
      })
      await send('POST', '/api/v1/step-up', { recoveryCode: 'C4NARY-C4NARY-C4NARY-C4NARY' })
      await send('PUT', '/api/v1/account/password', { currentPassword: wrong, newPassword: `${wrong}2` })
      await send('PATCH', '/api/v1/account', { displayName: 'c4nary in a name' })
      const failing = await w.second({
        db: { ...w.db, write: () => Promise.reject(new Error('Failed query', { cause: new Error('disk') })) },
      })
      const other = new TestBrowser(failing.url, w.origin, '203.0.113.200')
      expect(
        (await other.send('POST', '/api/v1/sign-in', { body: { username: person.username, password: wrong } })).status,
      ).toBe(500)

      failing.deps.log.flush()
      const log = w.log()
      expect(log).toContain('request.failed')
      const secrets = [wrong, person.password, person.secret, code, authorization, ...person.recoveryCodes]
      secrets.push(...browser.cookies.values(), ...half.cookies.values())
      for (const secret of secrets.filter((text) => text.length > 6))
        for (const form of spellings(secret)) expect(log.includes(form)).toBe(false)
      expect(log).not.toMatch(/c4nary|"cookie|set-cookie|authorization/i)
      for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event')
    })

    test('line ends, control sequences and JSON in what a client says forge no line', async () => {
      const browser = w.browser()
      const forged = '\u2028{"event":"forged"}\u0085\u009b31m'
      const requests: (string | null)[] = []
      for (const username of [`a\n{"event":"forged"}`, `a\r\nforged`, '\u001b[2Jforged', forged])
        await browser
          .send('POST', '/api/v1/sign-in', {
            body: { username, password: 'wrong' },
            headers: {
              'user-agent': 'a"}{"event":"forged"}\u0085\u009b31m',
              'sec-ch-ua-platform': '"\t{"event":"forged"}"',
            },
          })
          .then(({ headers }) => requests.push(headers.get('x-request-id')))
      const lines = w
        .log()
        .trim()
        .split(/[\n\r\u0085\u2028\u2029]/)
      const written = lines.map((line) => JSON.parse(line) as { event: string; requestId: string })
      expect(written.filter(({ event }) => event === 'forged')).toEqual([])
      expect(written.filter(({ requestId }) => requests.includes(requestId))).toHaveLength(4)
      expect(w.log()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
    })
  })

  describe('the installation', () => {
    test('CF-02 a setup link works once, and afterwards there is no such door, whoever is left', async () => {
      expect(await isSetupNeeded(w.db)).toBe(true)
      const [first, second] = [await makeSetupToken(w.db, w.deps.now()), await makeSetupToken(w.db, w.deps.now())]
      const administrator = { username: 'root-of-all', displayName: 'Root', password: 'violet harbour lantern' }
      await w.browser().call(completeSetup, { body: { ...administrator, token: first } })
      expect(await isSetupNeeded(w.db)).toBe(false)
      for (const token of [first, second])
        expect((await problemOf(w.browser().call(completeSetup, { body: { ...administrator, token } }))).code).toBe(
          'not-found',
        )
      const { users } = w.db.tables
      await change((tx) => tx.delete(users).where(eq(users.username, 'root-of-all')))
      expect(await isSetupNeeded(w.db)).toBe(false)
      await prepareInstallation(w.db, w.deps.secretBox)
      expect(await isSetupNeeded(w.db)).toBe(false)
    })

    test('five that start at once on one database make one installation', async () => {
      await Promise.all(Array.from({ length: 5 }, () => prepareInstallation(w.db, w.deps.secretBox)))
      expect(await w.db.select().from(w.db.tables.installation)).toHaveLength(1)
      expect(await w.db.select().from(w.db.tables.policy)).toHaveLength(1)
    })
  })
})
