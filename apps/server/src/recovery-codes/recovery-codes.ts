import { randomBytes, randomUUID } from 'node:crypto'
import {
  CODE_BYTES,
  formatRecoveryCode,
  formatSetLabel,
  hashRecoveryCode,
  LABEL_BYTES,
  SET_SIZE,
} from '@latchkey/auth-core/recovery-codes'
import type { Db, Tx } from '@latchkey/db/db'
import { and, eq, isNotNull } from '@latchkey/db/drizzle'

/** Makes a live set in place of any other. @returns the codes in clear: the one time they exist anywhere */
export async function issue(tx: Tx, userId: string, now: number) {
  const { recoverySets, recoveryCodes } = tx.tables
  await discard(tx, userId)
  const set = { id: randomUUID(), label: formatSetLabel(randomBytes(LABEL_BYTES)) }
  const codes = Array.from({ length: SET_SIZE }, () => formatRecoveryCode(randomBytes(CODE_BYTES)))
  await tx.insert(recoverySets).values({ ...set, userId, createdAt: now, confirmedAt: now })
  await tx
    .insert(recoveryCodes)
    .values(codes.map((code) => ({ codeHash: hashRecoveryCode(code), setId: set.id, userId })))
  return { codes, label: set.label }
}

/** No set outlives the factor it stands in for. */
export async function discard(tx: Tx, userId: string) {
  await tx.delete(tx.tables.recoverySets).where(eq(tx.tables.recoverySets.userId, userId))
}

/** The live set of a person as the panel shows it: nothing from which a code could be told. */
export async function describe(db: Db, userId: string) {
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
