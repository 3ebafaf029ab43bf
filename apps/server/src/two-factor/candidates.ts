import { randomUUID } from 'node:crypto'
import { TRIES_PER_CHALLENGE } from '@latchkey/auth-core/lockout'
import type { Tx } from '@latchkey/db/db'
import { and, eq, gt, lt, sql } from '@latchkey/db/drizzle'
import type { SecretBox } from '../secret-box.ts'

/** Secrets that were shown and not proved. They protect nothing, change nothing, and go by themselves. */
const CANDIDATE_LIFETIME = 10 * 60_000

const place = (id: string, userId: string) => ({
  table: 'authenticator_candidates',
  column: 'sealed_secret',
  row: id,
  user: userId,
})

/** Keeps a new secret in place of any earlier one. @returns when it goes */
export async function keep(tx: Tx, secretBox: SecretBox, userId: string, secret: string, now: number) {
  const { authenticatorCandidates } = tx.tables
  const id = randomUUID()
  const expiresAt = now + CANDIDATE_LIFETIME
  const row = { id, sealedSecret: secretBox.seal(secret, place(id, userId)), attempts: 0, createdAt: now, expiresAt }
  await tx
    .insert(authenticatorCandidates)
    .values({ userId, ...row })
    .onConflictDoUpdate({ target: authenticatorCandidates.userId, set: row })
  return expiresAt
}

/** Takes one try at the candidate of a person. @returns null when there is none, or none any more */
export async function takeTry(tx: Tx, userId: string, now: number) {
  const { authenticatorCandidates: table } = tx.tables
  const isLive = and(lt(table.attempts, TRIES_PER_CHALLENGE), gt(table.expiresAt, now))
  const [candidate] = await tx
    .update(table)
    .set({ attempts: sql`${table.attempts} + 1` })
    .where(and(eq(table.userId, userId), isLive))
    .returning()
  return candidate ?? null
}

/** The secret of a candidate; null when another request used it up or a newer one took its place. */
export async function open(tx: Tx, secretBox: SecretBox, { id, userId }: { id: string; userId: string }) {
  const { authenticatorCandidates: table } = tx.tables
  const [candidate] = await tx
    .select()
    .from(table)
    .where(and(eq(table.userId, userId), eq(table.id, id)))
  return candidate ? secretBox.open(candidate.sealedSecret, place(id, userId)) : null
}

export async function drop(tx: Tx, userId: string) {
  await tx.delete(tx.tables.authenticatorCandidates).where(eq(tx.tables.authenticatorCandidates.userId, userId))
}
