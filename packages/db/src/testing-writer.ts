/** Writes pairs of rows until it is killed, and prints a dot after each: what the crash tests kill. */
import { openDb } from './open.ts'

const db = await openDb(JSON.parse(process.env['DATABASE'] ?? '{}'))
const { users, attempts } = db.tables
for (let n = 0; ; n++) {
  await db.write(async (tx) => {
    const person = { id: `p${n}`, username: `p${n}`, displayName: 'P', role: 'member' as const, enabled: true }
    await tx.insert(users).values({ ...person, requireTwoFactor: false, version: 1, createdAt: 1 })
    await tx.insert(attempts).values({ key: `p${n}`, failures: 0 })
  })
  process.stdout.write('.')
}
