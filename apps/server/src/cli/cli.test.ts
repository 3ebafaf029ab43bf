import { getAccount } from '@latchkey/contract/profile'
import { getSetup } from '@latchkey/contract/setup'
import { showSecondFactor, signIn } from '@latchkey/contract/sign-in'
import { getUser, updateUser } from '@latchkey/contract/users'
import { eq } from '@latchkey/db/drizzle'
import { openDb } from '@latchkey/db/open'
import { type Engine, engines, type FreshDatabase, freshDatabase } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isInstalled, isSetupNeeded } from '../installation/installation.ts'
import { wrongCode } from '../testing/authenticator-app.ts'
import { problemOf, type TestBrowser } from '../testing/browser.ts'
import { dump } from '../testing/dump.ts'
import { latchkey } from '../testing/latchkey.ts'
import { type Person, type World, world } from '../testing/world.ts'

const given = 'amber canyon whistle orbit'

/** What a table holds below its heading, by column. */
const rowsOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/))

describe.each(engines)('the command line beside a running server on %s', { timeout: 60_000 }, (engine) => {
  let w: World
  const run = (args: string, input?: string) => latchkey(w.database, args.split(' '), input)
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  const signInAs = ({ username, password }: Pick<Person, 'username' | 'password'>, browser = w.browser()) =>
    browser.call(signIn, { body: { username, password } })
  const isSignedIn = async (browser: TestBrowser) => (await browser.send('GET', '/api/v1/account')).ok
  const told = async ({ id }: { id: string }) => {
    const { activity } = w.db.tables
    const rows = await w.db.select().from(activity).where(eq(activity.subjectId, id))
    return rows
      .filter(({ actorKind }) => actorKind === 'command-line')
      .map(({ event, outcome, ipAddress, sessionId }) => `${event} ${outcome} ${ipAddress} ${sessionId}`)
      .toSorted() // by name: the clock of the test and that of the command line differ
  }

  test('CF-02 the first one it adds is the administrator, with a password of their own, and shuts the door of the setup link', async () => {
    expect(await w.browser().call(getSetup)).toEqual({ needed: true })
    const { code, out, err } = await run('users create Root --json', `${given}\n`)
    expect([code, err]).toEqual([0, ''])
    const made = JSON.parse(out) as { id: string }
    expect(made).toMatchObject({ username: 'root', displayName: 'Root', role: 'administrator', enabled: true })
    expect(await w.browser().call(getSetup)).toEqual({ needed: false })
    const browser = w.browser()
    expect(await signInAs({ username: 'root', password: given }, browser)).toEqual({ status: 'signed-in' })
    expect(await browser.call(getAccount)).toMatchObject({ id: made.id, role: 'administrator' })
    expect(await told(made)).toEqual(['account.created success null null'])
  })

  test('everybody after that is a member unless said otherwise, and chooses a password of their own', async () => {
    const args = ['users', 'create', 'ann', '--display-name', 'Ann Other', '--email', 'Ann@example.org']
    const [ann, service] = await Promise.all([
      latchkey(w.database, args, given), // without a line end
      run('users create robot --role service'),
    ])
    expect(ann).toEqual({
      code: 0,
      out: 'Added ann as member.\nThey choose a password of their own at the first sign-in.\n',
      err: '',
    })
    expect(service).toEqual({ code: 0, out: 'Added robot as service.\n', err: '' })
    expect(await signInAs({ username: 'ann', password: given })).toEqual({ status: 'password-change-required' })
  })

  test('I6 a name that is taken it does not give again', async () => {
    await w.person({ username: 'lives-here' })
    const err = 'The user name or the e-mail address is taken.\n'
    expect(await run('users create Lives-Here', given)).toEqual({ code: 1, out: '', err })
  })

  test('it lists and shows people as the API does, in columns or as JSON, and nothing that could be used against them', async () => {
    const guarded = await w.withTwoFactor({ username: 'listed-one', displayName: 'Listed One' })
    await w.person({ username: 'listed-two', displayName: 'Listed Two', role: 'read-only' })
    const [table, json, shown] = await Promise.all([
      run('users list --search listed'),
      run('users list --json --search listed'),
      run('users show LISTED-ONE --json'),
    ])
    const [heading, first, second, ...more] = rowsOf(table?.out ?? '')
    expect(heading).toEqual(['USER NAME', 'DISPLAY NAME', 'ROLE', 'STATUS', '2FA', 'LAST SEEN'])
    expect(first?.slice(0, 5)).toEqual(['listed-one', 'Listed One', 'member', 'enabled', 'active'])
    expect(second).toEqual(['listed-two', 'Listed Two', 'read-only', 'enabled', 'disabled', 'never'])
    expect(more).toEqual([])

    const administrator = await w.signedIn({ role: 'administrator' })
    const answer = await administrator.browser.send('GET', `/api/v1/users/${guarded.id}`)
    const asTheApiSays = await answer.json()
    const list = JSON.parse(json?.out ?? '')
    expect(list.map(({ username }: Person) => username)).toEqual(['listed-one', 'listed-two'])
    expect(list[0]).toEqual(asTheApiSays)
    expect(JSON.parse(shown?.out ?? '')).toEqual({
      ...(asTheApiSays as object),
      recoveryCodesLeft: 10,
      pausedUntil: null,
    })
    for (const secret of [guarded.secret, guarded.password, 'argon2', ...guarded.recoveryCodes])
      expect([table, json, shown].map((one) => one?.out).join()).not.toContain(secret)
  })

  test('PW-06 a password it sets ends every session at once, and the person chooses another', async () => {
    const { browser, ...person } = await w.signedIn()
    const { code, out } = await run(`users set-password ${person.username}`, `${given}\r\nand another line\n`)
    expect(code).toBe(0)
    expect(out).toContain('signed out everywhere')
    expect(await isSignedIn(browser)).toBe(false)
    expect((await problemOf(signInAs(person))).code).toBe('wrong-credentials')
    expect(await signInAs({ ...person, password: given })).toEqual({ status: 'password-change-required' })
    expect(await told(person)).toEqual(['account.created success null null', 'password.changed success null null'])
  })

  test('a second factor it resets is Disabled, or Pending where it is required, and every session is over', async () => {
    const [free, bound] = [await w.withTwoFactor(), await w.withTwoFactor()]
    const { browser } = await w.signedIn({ role: 'administrator' })
    await browser.call(updateUser, { params: { id: bound.id }, body: { requireTwoFactor: true } })
    const inside = [await free.enter(), await bound.enter()]
    const [disabled, pending] = await Promise.all(
      [free, bound].map(({ username }) => run(`users reset-two-factor ${username}`)),
    )
    expect(disabled).toMatchObject({ code: 0, err: '' })
    expect(disabled?.out).toContain('It is Disabled: their password alone lets them in.')
    expect(pending?.out).toContain('It is Pending, because it is required: they set it up at the next sign-in.')
    for (const closed of inside) expect(await isSignedIn(closed)).toBe(false)
    expect((await signInAs(free)).status).toBe('signed-in')
    expect((await signInAs(bound)).status).toBe('enrolment-required')
    expect(await browser.call(getUser, { params: { id: bound.id } })).toMatchObject({ twoFactor: 'pending' })
    for (const person of [free, bound]) expect(await told(person)).toContain('two-factor.reset success null null')
  })

  test('TO-10 RL-06 whoever failed too often gets in at once after it unlocked them', async () => {
    const person = await w.withTwoFactor()
    for (let n = 0; n < 10; n++) {
      const halfway = await w.browserOf(person)
      const wrong = halfway.call(showSecondFactor, { body: { code: wrongCode(person.secret, w.deps.now()) } })
      expect((await problemOf(wrong)).code).toBe('wrong-code')
    }
    const halfway = await w.browserOf(person)
    const paused = halfway.call(showSecondFactor, { body: { code: person.code() } })
    expect((await problemOf(paused)).code).toBe('too-many-attempts')
    const guesser = w.browser()
    for (let n = 0; n < 5; n++) await problemOf(signInAs({ ...person, password: 'a wrong password' }, guesser))
    expect((await problemOf(signInAs(person, guesser))).code).toBe('too-many-attempts')

    const shown = await run(`users show ${person.username} --json`)
    expect(Date.parse(JSON.parse(shown.out).pausedUntil)).toBeGreaterThan(w.deps.now())
    const { code, out } = await run(`users unlock ${person.username}`)
    expect([code, out]).toEqual([0, `Failed tries of ${person.username} are forgotten: they can sign in at once.\n`])
    expect(await halfway.call(showSecondFactor, { body: { code: person.code() } })).toEqual({ status: 'signed-in' })
    expect((await signInAs(person, guesser)).status).toBe('second-factor-required')
    expect(await told(person)).toEqual(['account.created success null null', 'account.unlocked success null null'])
  })
})

describe('the command line', { timeout: 60_000 }, () => {
  let database: FreshDatabase
  const run = (args: string[], input?: string) => latchkey(database, args, input)
  beforeAll(async () => {
    database = await freshDatabase('sqlite')
    await run(['users', 'create', 'root', '--display-name', 'Root\u200b\u202e'], given)
  })
  afterAll(() => database.drop())

  test('says in a sentence and with 1 what it cannot do, and changes nothing', async () => {
    const refused: [string[], string, RegExp][] = [
      [['set-password', 'root'], 'too short\n', /^The password is too short: at least 15 characters\.\n$/],
      [['set-password', 'root'], '', /^No password came on standard input\. Nothing was changed\.\n$/],
      [['create', 'al:ice'], given, /^The user name may hold a to z, .* A colon would not fit HTTP Basic\.\n$/],
      [['create', 'fine', '--email', 'nobody'], given, /^That is not an e-mail address\.\n$/],
      [['create', 'fine', '--display-name', 'a\u001b[2Jb'], given, /^The display name may have .*\.\n$/],
      [['show', 'no\u001b[2Jbody'], '', /^There is nobody called "no\\u001b\[2Jbody"\.\n$/],
    ]
    const db = await openDb(database)
    const before = await dump(db)
    const answers = await Promise.all(refused.map(([args, input]) => run(['users', ...args], input)))
    for (const [n, [args, , sentence]] of refused.entries()) {
      expect.soft(answers[n], args.join(' ')).toMatchObject({ code: 1, out: '' })
      expect.soft(answers[n]?.err).toMatch(sentence)
    }
    expect(await dump(db)).toBe(before)
    await db.close()
  })

  test('answers what it does not understand with how it is used, and 2', async () => {
    const wrong = [[], ['users', '__proto__', 'x'], ['people', 'list'], ['users', 'show']]
    for (const { code, out, err } of await Promise.all(wrong.map((args) => run(args)))) {
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(/^([A-Z][\w ]+\.\n\n)?Usage:\n {2}latchkey users create NAME/)
    }
    const [option, role] = await Promise.all([
      run(['users', 'list', '--colour']),
      run(['users', 'create', 'x', '--role', 'root'], given),
    ])
    expect([option?.code, role?.code]).toEqual([2, 2])
    expect(option?.err).toContain('--colour')
    expect(role?.err).toMatch(/^That is not a role\.\n\nUsage:/)
    expect(await run(['users', 'create', '--help'])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^Usage:/),
    })
  })

  test('shows one person in two columns, without anything that could move the cursor', async () => {
    const { out } = await run(['users', 'show', 'root'])
    const facts = Object.fromEntries(rowsOf(out))
    expect(facts).toMatchObject({ username: 'root', displayName: 'Root??', email: '-', role: 'administrator' })
  })
})

describe.each(engines)('the command line before any server on %s', { timeout: 60_000 }, (engine: Engine) => {
  test('CF-02 it makes the installation, and of two at once that add the first, both people are there', async () => {
    const database = await freshDatabase(engine)
    try {
      const answers = await Promise.all(
        ['first', 'second'].map((name) => latchkey(database, ['users', 'create', name], `${given}\n`)),
      )
      expect(answers.map(({ code, err }) => [code, err])).toEqual([
        [0, ''],
        [0, ''],
      ])
      const db = await openDb(database)
      expect([await isInstalled(db), await isSetupNeeded(db)]).toEqual([true, false])
      const people = await db.select().from(db.tables.users)
      expect(people.map(({ username }) => username).sort()).toEqual(['first', 'second'])
      expect(people.some(({ role }) => role === 'administrator')).toBe(true)
      await db.close()
    } finally {
      await database.drop()
    }
  })
})
