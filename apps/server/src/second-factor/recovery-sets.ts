import { randomBytes, randomUUID } from 'node:crypto'
import { TRIES_PER_CHALLENGE } from '@latchkey/auth-core/lockout'
import {
  CODE_BYTES,
  formatRecoveryCode,
  formatSetLabel,
  hashRecoveryCode,
  LABEL_BYTES,
  SET_SIZE,
  tailOf,
  typedBack,
} from '@latchkey/auth-core/recovery-codes'
import type { Db, Tx } from '@latchkey/db/db'
import { and, count, eq, gt, inArray, isNotNull, isNull, lt, ne, sql } from '@latchkey/db/drizzle'
import type { SecretBox } from '../secret-box.ts'

/**
 * Sets of recovery codes. A person has one live set while a second factor is active, and for an hour at most a second
 * one that was shown and waits for one of its codes to be typed back.
 */
const WAITING_LIFETIME = 60 * 60_000

/** The codes in clear: the one time they exist anywhere. */
type Issued = { codes: string[]; label: string }

/** Makes a live set in place of any other. */
export async function issue(tx: Tx, userId: string, now: number): Promise<Issued> {
  await discard(tx, userId)
  return insert(tx, { userId, createdAt: now, confirmedAt: now }, () => null)
}

/** Makes a set that waits to be typed back, in place of any other that waits. The live one stays. */
export async function issueWaiting(tx: Tx, secretBox: SecretBox, userId: string, now: number): Promise<Issued> {
  const { recoverySets } = tx.tables
  await tx.delete(recoverySets).where(and(eq(recoverySets.userId, userId), isNull(recoverySets.confirmedAt)))
  const tailHash = (code: string, setId: string) => secretBox.keyedHash(tailOf(code), place(setId, userId))
  return insert(tx, { userId, createdAt: now, confirmedAt: null }, tailHash)
}

const place = (setId: string, userId: string) => ({
  table: 'recovery_codes',
  column: 'tail_hash',
  row: setId,
  user: userId,
})

async function insert(
  tx: Tx,
  set: { userId: string; createdAt: number; confirmedAt: number | null },
  tailHash: (code: string, setId: string) => string | null,
): Promise<Issued> {
  const { recoverySets, recoveryCodes } = tx.tables
  const { userId } = set
  const [id, label] = [randomUUID(), formatSetLabel(randomBytes(LABEL_BYTES))]
  const codes = Array.from({ length: SET_SIZE }, () => formatRecoveryCode(randomBytes(CODE_BYTES)))
  await tx.insert(recoverySets).values({ id, label, ...set })
  await tx
    .insert(recoveryCodes)
    .values(
      codes.map((code) => ({ codeHash: hashRecoveryCode(code), setId: id, userId, tailHash: tailHash(code, id) })),
    )
  return { codes, label }
}

/** One try at typing a code back, taken before it is looked at. */
export type WaitingTry = { id: string; userId: string; attempts: number }

/** Takes one try. @returns null when no set waits, or none any more */
export async function takeTry(tx: Tx, userId: string, now: number): Promise<WaitingTry | null> {
  const { recoverySets: table } = tx.tables
  const isWaiting = and(isNull(table.confirmedAt), gt(table.createdAt, now - WAITING_LIFETIME))
  const [set] = await tx
    .update(table)
    .set({ attempts: sql`${table.attempts} + 1` })
    .where(and(eq(table.userId, userId), isWaiting, lt(table.attempts, TRIES_PER_CHALLENGE)))
    .returning()
  return set ?? null
}

/**
 * Puts a waiting set in place of the live one, if one of its codes was typed back; that code stays usable.
 * @param typed a whole code or its last group
 * @returns `gone` when a newer set took its place meanwhile; the set goes with the last wrong try
 */
export async function confirm(
  tx: Tx,
  secretBox: SecretBox,
  { id, userId, attempts }: WaitingTry,
  { typed, now }: { typed: string; now: number },
): Promise<{ ok: true; label: string } | { ok: false; reason: 'gone' | 'wrong' }> {
  const { recoverySets, recoveryCodes } = tx.tables
  const waiting = and(eq(recoverySets.id, id), isNull(recoverySets.confirmedAt))
  const [set] = await tx.select().from(recoverySets).where(waiting)
  if (!set) return { ok: false, reason: 'gone' }

  const matches = {
    whole: eq(recoveryCodes.codeHash, hashRecoveryCode(typed)),
    tail: eq(recoveryCodes.tailHash, secretBox.keyedHash(tailOf(typed), place(id, userId))),
    neither: sql`false`,
  }[typedBack(typed)]
  const [match] = await tx
    .select({ setId: recoveryCodes.setId })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.setId, id), matches))
  if (!match) {
    if (attempts >= TRIES_PER_CHALLENGE) await tx.delete(recoverySets).where(eq(recoverySets.id, id))
    return { ok: false, reason: 'wrong' }
  }
  await tx.delete(recoverySets).where(and(eq(recoverySets.userId, userId), ne(recoverySets.id, id)))
  await tx.update(recoverySets).set({ confirmedAt: now }).where(waiting)
  await tx.update(recoveryCodes).set({ tailHash: null }).where(eq(recoveryCodes.setId, id))
  return { ok: true, label: set.label }
}

/**
 * Uses a code up. @returns how many are left of the set; null when it is no unused code of the live set
 */
export async function spend(tx: Tx, userId: string, typed: string, now: number): Promise<number | null> {
  const { recoveryCodes, recoverySets } = tx.tables
  const liveSet = tx
    .select({ id: recoverySets.id })
    .from(recoverySets)
    .where(and(eq(recoverySets.userId, userId), isNotNull(recoverySets.confirmedAt)))
  const unused = and(inArray(recoveryCodes.setId, liveSet), isNull(recoveryCodes.usedAt))
  const [spent] = await tx
    .update(recoveryCodes)
    .set({ usedAt: now })
    .where(and(eq(recoveryCodes.codeHash, hashRecoveryCode(typed)), unused))
    .returning({ setId: recoveryCodes.setId })
  if (!spent) return null
  const [rest] = await tx.select({ left: count() }).from(recoveryCodes).where(unused)
  return rest?.left ?? 0
}

/** No set outlives the factor it stands in for. */
export async function discard(tx: Tx, userId: string) {
  await tx.delete(tx.tables.recoverySets).where(eq(tx.tables.recoverySets.userId, userId))
}

/** Sets that waited too long go, with what was kept to recognise a code typed back. */
export async function discardExpired(tx: Tx, now: number) {
  const { recoverySets: table } = tx.tables
  await tx.delete(table).where(and(isNull(table.confirmedAt), lt(table.createdAt, now - WAITING_LIFETIME)))
}

/** The live set of a person as the panel shows it: nothing from which a code could be told. */
export async function describe(db: Pick<Db, 'select' | 'tables'>, userId: string) {
  const { recoverySets, recoveryCodes } = db.tables
  const live = and(eq(recoverySets.userId, userId), isNotNull(recoverySets.confirmedAt))
  const rows = await db
    .select({ label: recoverySets.label, createdAt: recoverySets.createdAt, usedAt: recoveryCodes.usedAt })
    .from(recoverySets)
    .innerJoin(recoveryCodes, eq(recoveryCodes.setId, recoverySets.id))
    .where(live)
  const [first] = rows
  if (!first) return null
  const left = rows.filter(({ usedAt }) => usedAt === null).length
  return { setId: first.label, createdAt: first.createdAt, total: rows.length, left }
}
