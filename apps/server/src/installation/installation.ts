import { randomBytes } from 'node:crypto'
import { formatToken, hashToken, TOKEN_BYTES } from '@latchkey/auth-core/secret-token'
import type { Db, Tx } from '@latchkey/db/db'
import { eq, isNull, lt } from '@latchkey/db/drizzle'
import { ConfigError } from '../config.ts'
import { openOrNull, type Place, type SecretBox } from '../secret-box.ts'

const KEY_CHECK = 'the right master secret'
const KEY_CHECK_PLACE = { table: 'installation', column: 'key_check', row: '1', user: '' }
const SETUP_LINK_LIFETIME = 30 * 60_000

/**
 * Makes the single rows at the first start; at every other one refuses a master secret that is not the one the
 * database was sealed with, and brings what the previous secret sealed under the present one.
 * @throws ConfigError
 */
export async function prepareInstallation(db: Db, secretBox: SecretBox) {
  await db.write(async (tx) => {
    const { installation, policy, authenticators, apiKeys } = tx.tables
    await tx.insert(policy).values({ id: 1 }).onConflictDoNothing()
    await tx
      .insert(installation)
      .values({ id: 1, keyCheck: secretBox.seal(KEY_CHECK, KEY_CHECK_PLACE) })
      .onConflictDoNothing()
    const [row] = await tx.select().from(installation)
    if (!row || openOrNull(secretBox, row.keyCheck, KEY_CHECK_PLACE) !== KEY_CHECK)
      throw new ConfigError(
        'The master secret is not the one this database was made with. Give that one in LATCHKEY_SECRET, or, to replace it, in LATCHKEY_SECRET_PREVIOUS.',
      )
    // As long as a previous secret is given, another process may still seal with it: every start looks at every row
    if (secretBox.isCurrent(row.keyCheck) && !secretBox.hasPrevious) return

    for (const { id, userId, sealedSecret } of await tx.select().from(authenticators)) {
      const place = { table: 'authenticators', column: 'sealed_secret', row: id, user: userId }
      const resealed = reseal(secretBox, sealedSecret, place)
      if (resealed) await tx.update(authenticators).set({ sealedSecret: resealed }).where(eq(authenticators.id, id))
    }
    for (const { id, userId, sealedValue } of await tx.select().from(apiKeys)) {
      const place = { table: 'api_keys', column: 'sealed_value', row: id, user: userId }
      const resealed = sealedValue && reseal(secretBox, sealedValue, place)
      if (resealed) await tx.update(apiKeys).set({ sealedValue: resealed }).where(eq(apiKeys.id, id))
    }
    // Unproved secrets live for minutes: nobody loses anything by starting again
    await tx.delete(tx.tables.authenticatorCandidates)
    await tx.update(installation).set({ keyCheck: secretBox.seal(KEY_CHECK, KEY_CHECK_PLACE) })
  })
}

/** Null when it is under the present secret, or damaged: damaged before, damaged after, and nobody else has to wait for it. */
function reseal(secretBox: SecretBox, sealed: string, place: Place): string | null {
  if (secretBox.isCurrent(sealed)) return null
  const text = openOrNull(secretBox, sealed, place)
  return text === null ? null : secretBox.seal(text, place)
}

/** What administrators decided for everybody: the one row of it. */
export async function readPolicy(db: Pick<Db, 'select' | 'tables'>) {
  const [policy] = await db.select().from(db.tables.policy)
  if (!policy) throw new Error('The policy row is missing')
  return policy
}

/** Whether this database was ever started with. */
export const isInstalled = async (db: Pick<Db, 'select' | 'tables'>): Promise<boolean> =>
  (await db.select({ id: db.tables.installation.id }).from(db.tables.installation)).length > 0

/** Whether the first administrator is still to be made. Once made, the door stays shut for good. */
export async function isSetupNeeded(db: Pick<Db, 'select' | 'tables'>): Promise<boolean> {
  const { installation } = db.tables
  const [open] = await db.select().from(installation).where(isNull(installation.setupCompletedAt))
  return open !== undefined
}

/** Makes a one-time setup link's token, good for half an hour. @returns the token; only its hash is stored */
export async function makeSetupToken(db: Db, now: number): Promise<string> {
  const token = formatToken(randomBytes(TOKEN_BYTES))
  await db.write(async (tx) => {
    await tx.delete(tx.tables.setupLinks).where(lt(tx.tables.setupLinks.expiresAt, now))
    await tx.insert(tx.tables.setupLinks).values({ tokenHash: hashToken(token), expiresAt: now + SETUP_LINK_LIFETIME })
  })
  return token
}

/** Shuts the door of the first administrator, in the transaction that makes them. @returns false when it was shut */
export async function closeSetup(tx: Tx, now: number): Promise<boolean> {
  const { installation, setupLinks } = tx.tables
  const first = isNull(installation.setupCompletedAt)
  const [won] = await tx.update(installation).set({ setupCompletedAt: now }).where(first).returning()
  if (won) await tx.delete(setupLinks)
  return won !== undefined
}
