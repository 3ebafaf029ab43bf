import type { Kit } from '../columns.ts'
import { sql } from '../drizzle.ts'
import type { definePeople } from './people.ts'

export const defineTwoFactor = (
  { table, text, integer, instant, json, uniqueIndex, index, check }: Kit,
  { users }: ReturnType<typeof definePeople>,
) => {
  const owner = () =>
    text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' })

  /** Proved authenticator apps. Several per person are to come; until then the unique index allows one. */
  const authenticators = table(
    'authenticators',
    {
      id: text('id').primaryKey(),
      userId: owner(),
      /** the TOTP secret, encrypted (server/secret-box) */
      sealedSecret: text('sealed_secret').notNull(),
      confirmedAt: instant('confirmed_at').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
      /** the newest accepted time step: a code is good only if its step is greater (RFC 6238 section 5.2) */
      lastStep: integer('last_step').notNull(),
      /** how many steps this phone's clock is ahead, learnt when it was proved */
      drift: integer('drift').notNull(),
      /** steps of codes that came too early and were named as such: those codes are never accepted */
      earlySteps: json<number[]>('early_steps').notNull().default([]),
    },
    (authenticators) => [
      uniqueIndex('authenticators_user').on(authenticators.userId),
      check('authenticators_drift', sql`${authenticators.drift} between -1 and 1`),
    ],
  )

  /** Shown but not proved: protects nothing and changes nothing. One per person, the newest wins. */
  const authenticatorCandidates = table('authenticator_candidates', {
    userId: owner().primaryKey(),
    id: text('id').notNull(),
    /** the session or half-finished sign-in it was shown to: no other can prove it */
    holder: text('holder').notNull().default(''),
    sealedSecret: text('sealed_secret').notNull(),
    attempts: integer('attempts').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  })

  const recoverySets = table(
    'recovery_sets',
    {
      id: text('id').primaryKey(),
      userId: owner(),
      /** four characters, on the sheet and in the panel, so that a person can tell two sheets apart */
      label: text('label').notNull(),
      createdAt: instant('created_at').notNull(),
      /** null while a renewed set waits to be typed back */
      confirmedAt: instant('confirmed_at'),
      /** wrong tries at typing one code back */
      attempts: integer('attempts').notNull().default(0),
    },
    (sets) => [
      uniqueIndex('recovery_sets_live').on(sets.userId).where(sql`${sets.confirmedAt} is not null`),
      uniqueIndex('recovery_sets_waiting').on(sets.userId).where(sql`${sets.confirmedAt} is null`),
    ],
  )

  const recoveryCodes = table(
    'recovery_codes',
    {
      /** SHA-256 of the canonical code: 120 random bits need no slow hash */
      codeHash: text('code_hash').primaryKey(),
      setId: text('set_id')
        .notNull()
        .references(() => recoverySets.id, { onDelete: 'cascade' }),
      userId: owner(),
      usedAt: instant('used_at'),
      /** keyed hash of the last group (server/secret-box), only while the set waits to be typed back */
      tailHash: text('tail_hash'),
    },
    (codes) => [index('recovery_codes_set').on(codes.setId)],
  )
  return { authenticators, authenticatorCandidates, recoverySets, recoveryCodes }
}
