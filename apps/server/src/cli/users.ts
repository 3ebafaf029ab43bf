import { writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { canonical, canonicalEmail } from '@latchkey/auth-core/username'
import { displayName as displayNameField, email as emailField } from '@latchkey/contract/fields'
import { instant } from '@latchkey/contract/instant'
import { role as roleField } from '@latchkey/contract/profile'
import { getUser } from '@latchkey/contract/users'
import type { Db, Tx } from '@latchkey/db/db'
import { eq, or } from '@latchkey/db/drizzle'
import * as z from 'zod/mini'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import { closeSetup, isSetupNeeded } from '../installation/installation.ts'
import * as recoverySets from '../second-factor/recovery-sets.ts'
import { forgetTries, pausedUntil } from '../second-factor/tries.ts'
import { forgetPasswordTries } from '../sign-in/password-proof.ts'
import { resetForPerson } from '../two-factor/two-factor.ts'
import { listPeople } from '../users/list-users.ts'
import * as people from '../users/users.ts'
import { CliError, UsageError } from './cli-error.ts'
import { readPassword } from './read-password.ts'
import { json, table } from './table.ts'

type CliDeps = Pick<Deps, 'config' | 'db' | 'hashPool' | 'now'>
type Command = (deps: CliDeps, args: string[]) => Promise<void>

const actor: activity.Actor = { kind: 'command-line', userId: null }
const say = (text: string) => {
  writeSync(1, `${text}\n`)
}

/** Beside what a program reads. */
const sayAside = (text: string) => {
  writeSync(2, `${text}\n`)
}

/** The commands of `latchkey users`. Each is recorded as made by the command line, in the transaction of its change. */
export const users: Record<
  'create' | 'list' | 'show' | 'set-password' | 'reset-two-factor' | 'api-key' | 'unlock',
  Command
> = {
  async create(deps, args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { 'display-name': string, email: string, role: string, json: flag },
    })
    const username = theOne(positionals)
    const isFirst = await isSetupNeeded(deps.db)
    const role = roleField.safeParse(values.role ?? (isFirst ? 'administrator' : 'member'))
    if (!role.success) throw new UsageError('That is not a role.')
    if (values.email !== undefined && !emailField.safeParse(values.email).success)
      throw new CliError('That is not an e-mail address.')
    const displayName = displayNameField.safeParse(values['display-name'] ?? username)
    if (!displayName.success)
      throw new CliError('The display name may have 1 to 100 characters, and no control characters.')
    const addition = {
      username,
      displayName: displayName.data,
      email: values.email,
      role: role.data,
      ...(role.data !== 'service' && { password: await readPassword(`Password for ${username}`) }),
    }
    // Whoever sets the server up types their own password; everybody else is given one by somebody
    const mustChangePassword = !(isFirst && role.data === 'administrator')
    const allow = async (tx: Tx) => role.data === 'administrator' && closeSetup(tx, deps.now())
    const made = await people.add(deps, addition, { actor, mustChangePassword, allow })
    if (values.json) return say(json(outside(made)))
    say(`Added ${made.user.username} as ${made.user.role}.`)
    if (mustChangePassword && addition.password) say('They choose a password of their own at the first sign-in.')
  },

  async list({ db }, args) {
    const { values } = parseArgs({ args, options: { search: string, json: flag } })
    const found: people.Person[] = []
    let cursor: string | undefined
    do {
      const page = await listPeople(db, { q: values.search, cursor, limit: undefined })
      found.push(...page.people)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    if (values.json) return say(json(found.map(outside)))
    const rows = found.map(outside).map(({ username, displayName, role, enabled, twoFactor, lastSeenAt }) => {
      return [username, displayName, role, enabled ? 'enabled' : 'disabled', twoFactor, lastSeenAt ?? 'never']
    })
    say(table([['USER NAME', 'DISPLAY NAME', 'ROLE', 'STATUS', '2FA', 'LAST SEEN'], ...rows]))
  },

  async show({ db, now }, args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: flag } })
    const person = await named(db, theOne(positionals))
    const { user } = person
    const codes = await recoverySets.describe(db, user.id)
    const paused = await pausedUntil(db, user.id, now())
    const facts = {
      ...outside(person),
      recoveryCodesLeft: codes?.left ?? null,
      pausedUntil: paused && z.encode(instant, paused),
    }
    if (values.json) return say(json(facts))
    say(table(Object.entries(facts).map(([name, value]) => [name, value === null ? '-' : String(value)])))
  },

  async 'set-password'(deps, args) {
    const { db, now } = deps
    const person = await named(db, only(args))
    if (person.user.role === 'service') throw new CliError('A service cannot sign in, so it has no password.')
    const passwordHash = await people.hashFor(deps, person, await readPassword(`Password for ${person.user.username}`))
    await db.write(async (tx) => {
      const changes = { passwordHash }
      await people.lockForChange(tx, [person.user.id], changes)
      await people.change(tx, await people.find(tx, person.user.id), changes, actor, now())
    })
    say(`The password of ${person.user.username} was set, and they are signed out everywhere.`)
    say('They choose a password of their own at the next sign-in.')
  },

  async 'reset-two-factor'({ db, now }, args) {
    const { user } = await named(db, only(args))
    const { isReset, after } = await db.write(async (tx) => {
      await tx.lockUser(user.id)
      const isReset = await resetForPerson(tx, await people.find(tx, user.id), actor, now())
      return { isReset, after: await people.find(tx, user.id) }
    })
    if (!isReset) return say(`${user.username} has no second factor to reset.`)
    say(`Two-factor authentication of ${user.username} was reset, and they are signed out everywhere.`)
    say(
      after.twoFactor === 'pending'
        ? 'It is Pending, because it is required: they set it up at the next sign-in.'
        : 'It is Disabled: their password alone lets them in.',
    )
  },

  async 'api-key'({ db, now }, args) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: flag } })
    const { user } = await named(db, theOne(positionals))
    if (user.role !== 'service')
      throw new CliError('Only a service gets its API key here: everybody else makes their own.')
    const apiKey = await db.write(async (tx) => {
      await tx.lockUser(user.id)
      return people.generateServiceKey(tx, await people.find(tx, user.id), actor, now())
    })
    if (values.json) return say(json({ apiKey }))
    say(apiKey)
    sayAside('It is shown this once. The key before, if there was one, has ended.')
  },

  async unlock({ db, now }, args) {
    const { user } = await named(db, only(args))
    await db.write(async (tx) => {
      await tx.lockUser(user.id)
      await forgetTries(tx, user.id)
      await forgetPasswordTries(tx, user.id)
      await activity.record(tx, { event: 'account.unlocked', subject: user.id, actor, at: now() })
    })
    say(`Failed tries of ${user.username} are forgotten: they can sign in at once.`)
  },
}

const string = { type: 'string' } as const
const flag = { type: 'boolean' } as const

const only = (args: string[]) => theOne(parseArgs({ args, allowPositionals: true }).positionals)

function theOne(positionals: string[]): string {
  const [name, ...more] = positionals
  if (!name || more.length > 0) throw new UsageError('Give one user name.')
  return name
}

/** The person of that user name or e-mail address. */
async function named(db: Db, typed: string): Promise<people.Person> {
  const { users } = db.tables
  const byName = or(eq(users.username, canonical(typed)), eq(users.emailKey, canonicalEmail(typed)))
  const [found] = await db.select({ id: users.id }).from(users).where(byName)
  if (!found) throw new CliError(`There is nobody called ${json(typed)}.`)
  return people.find(db, found.id)
}

/** A person as programs read them: what `GET /users/{id}` answers. */
const outside = (person: people.Person) => z.encode(getUser.reply, people.describe(person))
