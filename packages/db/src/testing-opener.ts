/** Opens a database, migrating it, and ends: a process that the migration tests start several of, and kill. */
import { openDb } from './open.ts'

process.stdout.write('opening')
const db = await openDb(JSON.parse(process.env['DATABASE'] ?? '{}'))
const isCurrent = await db.isCurrent()
await db.close()
process.exitCode = isCurrent ? 0 : 1
