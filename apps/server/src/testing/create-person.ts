/**
 * Makes a member in the database of a running server, with the operation the server itself uses: what the end-to-end
 * tests need before there is an administration. `node create-person.ts '{"username":…,"displayName":…,"password":…}'`
 */
import { openDb } from '@latchkey/db/open'
import { readConfig } from '../config.ts'
import { DEFAULT_COST, makeHashPool } from '../hash-pool.ts'
import { createUser } from '../users/create-user.ts'

const { username, displayName, password } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>
if (!username || !displayName || !password) throw new Error('Give {"username", "displayName", "password"} as JSON')

const db = await openDb(readConfig(process.env))
const passwordHash = await makeHashPool({ cost: DEFAULT_COST, lanes: 1, queue: 0 }).hash(password)
const actor = { kind: 'command-line' as const, userId: null }
const person = { username, displayName, role: 'member' as const, passwordHash }
const id = await db.write((tx) => createUser(tx, person, actor, Date.now()))
console.log(JSON.stringify({ id, username }))
await db.close()
