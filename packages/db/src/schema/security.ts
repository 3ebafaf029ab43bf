import type { Kit } from '../columns.ts'
import { sql } from '../drizzle.ts'

export const defineSecurity = ({ table, text, integer, boolean, instant, json, index, check }: Kit) => {
  /**
   * How often something was tried: in a window, or in a run that goes on until a success (`pausedUntil` set when it has
   * run too far). `resetsAt` says when it is forgotten; null where only a success does that.
   */
  const attempts = table('attempts', {
    key: text('key').primaryKey(),
    failures: integer('failures').notNull(),
    resetsAt: instant('resets_at'),
    pausedUntil: instant('paused_until'),
  })

  /** What happened, to whom, by whom, from where. Written in the transaction of the change, never changed. */
  const activity = table(
    'activity',
    {
      id: text('id').primaryKey(),
      at: instant('at').notNull(),
      event: text('event').notNull(),
      outcome: text('outcome').$type<'success' | 'failure'>().notNull(),
      /** whose account it is about; null when no account matched. No foreign key: rows outlive accounts */
      subjectId: text('subject_id'),
      /** who did it: a person's id, or null for a stranger */
      actorId: text('actor_id'),
      /** through which door: browser, command line, … */
      actorKind: text('actor_kind').notNull(),
      sessionId: text('session_id'),
      ipAddress: text('ip_address'),
      client: text('client'),
      requestId: text('request_id'),
      detail: json<Record<string, string | number | boolean | null>>('detail'),
    },
    (activity) => [
      index('activity_subject').on(activity.subjectId, activity.at),
      index('activity_at').on(activity.at),
      check('activity_outcome', sql`${activity.outcome} in ('success', 'failure')`),
    ],
  )

  /** What administrators decide for everybody. One row. */
  const policy = table(
    'policy',
    {
      id: integer('id').primaryKey().default(1),
      requireTwoFactor: text('require_two_factor')
        .$type<'nobody' | 'administrators' | 'everyone'>()
        .notNull()
        .default('nobody'),
      signOutAfterEnrolment: boolean('sign_out_after_enrolment').notNull().default(true),
      apiKeyVisibility: text('api_key_visibility').$type<'once' | 'copyable'>().notNull().default('once'),
      accountPasswordOnBasic: text('account_password_on_basic')
        .$type<'while-two-factor-disabled' | 'never'>()
        .notNull()
        .default('while-two-factor-disabled'),
      minimumPasswordLength: integer('minimum_password_length').notNull().default(15),
      sessionIdleMinutes: integer('session_idle_minutes').notNull().default(30),
      sessionLifetimeHours: integer('session_lifetime_hours').notNull().default(12),
      selfDeletion: boolean('self_deletion').notNull().default(true),
    },
    (policy) => [
      check('policy_one_row', sql`${policy.id} = 1`),
      check('policy_require_two_factor', sql`${policy.requireTwoFactor} in ('nobody', 'administrators', 'everyone')`),
      check('policy_minimum_password_length', sql`${policy.minimumPasswordLength} between 8 and 64`),
    ],
  )

  /** Facts about this installation. One row, made by the first start. */
  const installation = table(
    'installation',
    {
      id: integer('id').primaryKey().default(1),
      /** a known text under the master secret: tells a wrong secret at start instead of at the first sign-in */
      keyCheck: text('key_check').notNull(),
      /** set once, by the first administrator; the door stays shut even if every account goes */
      setupCompletedAt: instant('setup_completed_at'),
    },
    (installation) => [check('installation_one_row', sql`${installation.id} = 1`)],
  )

  const setupLinks = table('setup_links', {
    tokenHash: text('token_hash').primaryKey(),
    expiresAt: instant('expires_at').notNull(),
  })

  return { attempts, activity, policy, installation, setupLinks }
}
