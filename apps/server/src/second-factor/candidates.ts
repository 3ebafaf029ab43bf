import { randomBytes, randomUUID } from 'node:crypto'
import { TRIES_PER_CHALLENGE } from '@latchkey/auth-core/lockout'
import { checkFirstCode, formatSecret, otpauthUri, SECRET_BYTES } from '@latchkey/auth-core/totp'
import type { Tx } from '@latchkey/db/db'
import { and, eq, gt, lt, sql } from '@latchkey/db/drizzle'
import type { Deps } from '../deps.ts'
import { type ClockHint, clockHint } from './clock-hint.ts'

/** Secrets that were shown and not proved. They protect nothing, change nothing, and go by themselves. */
const CANDIDATE_LIFETIME = 10 * 60_000

const place = (id: string, userId: string) => ({
  table: 'authenticator_candidates',
  column: 'sealed_secret',
  row: id,
  user: userId,
})

/**
 * Makes a new secret in place of any earlier candidate.
 * @param holder the session or half-finished sign-in it is shown to
 * @param replaces whether another one is in use: an app overwrites an entry of the same name, so this gets one of its own
 * @returns the secret in clear: the one time it leaves the server
 */
export async function begin(
  tx: Tx,
  { secretBox, config }: Deps,
  {
    user,
    holder,
    now,
    replaces,
  }: { user: { id: string; username: string }; holder: string; now: number; replaces: boolean },
) {
  const { authenticatorCandidates } = tx.tables
  const id = randomUUID()
  const secret = formatSecret(randomBytes(SECRET_BYTES))
  const expiresAt = now + CANDIDATE_LIFETIME
  const sealedSecret = secretBox.seal(secret, place(id, user.id))
  const row = { id, holder, sealedSecret, attempts: 0, createdAt: now, expiresAt }
  await tx
    .insert(authenticatorCandidates)
    .values({ userId: user.id, ...row })
    .onConflictDoUpdate({ target: authenticatorCandidates.userId, set: row })
  const { hostname } = config.publicUrl
  const issuer = hostname === 'localhost' ? 'Latchkey' : `Latchkey ${hostname}`
  const ownName = `${user.username} (${new Date(now).toISOString().slice(0, 10)} ${id.slice(0, 4)})`
  const account = replaces ? ownName : user.username
  return { secret, otpauthUri: otpauthUri({ issuer, account, secret }), expiresAt }
}

/** One try at the candidate of a person, taken before the code is looked at. */
export type CandidateTry = { id: string; userId: string; attempts: number }

/** Takes one try. @returns null when the holder has no candidate, or none any more */
export async function takeTry(tx: Tx, userId: string, holder: string, now: number): Promise<CandidateTry | null> {
  const { authenticatorCandidates: table } = tx.tables
  const isLive = and(lt(table.attempts, TRIES_PER_CHALLENGE), gt(table.expiresAt, now))
  const [candidate] = await tx
    .update(table)
    .set({ attempts: sql`${table.attempts} + 1` })
    .where(and(eq(table.userId, userId), eq(table.holder, holder), isLive))
    .returning()
  return candidate ?? null
}

export type CandidateVerdict =
  | { ok: true; secret: string; step: number; drift: number }
  /** `gone`: another request used it up, or a newer one took its place */
  | { ok: false; reason: 'gone' }
  | { ok: false; reason: 'wrong'; clock: ClockHint | undefined }

/** Judges the first code of a candidate and uses the candidate up: when it is proved, or with the last try. */
export async function prove(
  tx: Tx,
  { secretBox }: Deps,
  { id, userId, attempts }: CandidateTry,
  { code, now }: { code: string; now: number },
): Promise<CandidateVerdict> {
  const { authenticatorCandidates: table } = tx.tables
  const [candidate] = await tx
    .select()
    .from(table)
    .where(and(eq(table.userId, userId), eq(table.id, id)))
  if (!candidate) return { ok: false, reason: 'gone' }
  const secret = secretBox.open(candidate.sealedSecret, place(id, userId))
  const verdict = checkFirstCode({ secret, code, now })
  if (verdict.ok || attempts >= TRIES_PER_CHALLENGE) await drop(tx, userId)
  return verdict.ok ? { ...verdict, secret } : { ok: false, reason: 'wrong', clock: clockHint(secret, code, now) }
}

export async function drop(tx: Tx, userId: string) {
  await tx.delete(tx.tables.authenticatorCandidates).where(eq(tx.tables.authenticatorCandidates.userId, userId))
}
