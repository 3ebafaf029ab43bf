import type { World } from './world.ts'

/** Gives somebody a long history at once, seven hundred things in every millisecond from `from` on. */
export async function addHistory({ db }: Pick<World, 'db'>, userId: string, count: number, from = 0) {
  const rows = Array.from({ length: count }, (_, n) => ({
    ...{ id: crypto.randomUUID(), at: from + Math.floor(n / 700), event: 'step-up', outcome: 'success' as const },
    ...{ subjectId: userId, actorId: userId, actorKind: 'browser', client: 'x'.repeat(100), detail: { n } },
  }))
  for (let next = 0; next < count; next += 500)
    await db.write(async (tx) => void (await tx.insert(tx.tables.activity).values(rows.slice(next, next + 500))))
}
