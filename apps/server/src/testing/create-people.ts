/**
 * Makes members in the database of a running server, with the operation the server itself uses: what the end-to-end
 * tests need before there is an administration. `node create-people.ts '[{"username":…,"displayName":…,"password":…}]'`
 */
import { openDb } from '@latchkey/db/open'
import { readConfig } from '../config.ts'
import { DEFAULT_COST, makeHashPool } from '../hash-pool.ts'
import { createUser } from '../users/create-user.ts'

type NewPerson = { username: string; displayName: string; password: string }

const people = JSON.parse(process.argv[2] ?? '[]') as NewPerson[]
const db = await openDb(readConfig(process.env))
const { hash } = makeHashPool({ cost: DEFAULT_COST, lanes: 1, queue: 0 })
const actor = { kind: 'command-line' as const, userId: null }

const made: { id: string; username: string }[] = []
for (const { username, displayName, password } of people) {
  const person = { username, displayName, role: 'member' as const, passwordHash: await hash(password) }
  made.push({ id: await db.write((tx) => createUser(tx, person, actor, Date.now())), username })
}
process.stdout.write(`${JSON.stringify(made)}\n`)
await db.close()
