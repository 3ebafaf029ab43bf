import type { Kit } from '../columns.ts'
import type { definePeople } from './people.ts'

export const defineSessions = (
  { table, text, integer, instant, json, index }: Kit,
  { users }: ReturnType<typeof definePeople>,
) => {
  const sessions = table(
    'sessions',
    {
      /** an opaque handle for lists; says nothing about the token */
      id: text('id').primaryKey(),
      /** SHA-256 of the cookie's value; changes at every proof, the row stays */
      tokenHash: text('token_hash').notNull().unique(),
      /** the one before: opens nothing any more, but a sign-out that crossed with a proof still ends the session */
      previousTokenHash: text('previous_token_hash'),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      authenticationMethods: json<('password' | 'totp' | 'recovery-code')[]>('authentication_methods').notNull(),
      browser: text('browser'),
      operatingSystem: text('operating_system'),
      model: text('model'),
      engine: text('engine'),
      cpuArchitecture: text('cpu_architecture'),
      ipAddress: text('ip_address').notNull(),
      createdAt: instant('created_at').notNull(),
      lastModifiedAt: instant('last_modified_at').notNull(),
      /** the last proof given on this session: signing in or a step-up */
      lastAuthenticationAt: instant('last_authentication_at').notNull(),
      /** written at most once a minute, so that reading stays reading */
      lastSeenAt: instant('last_seen_at').notNull(),
      /** the absolute end; nothing extends it */
      expiresAt: instant('expires_at').notNull(),
      /** an unspent proof for one always-asked action; at most one, the newest wins */
      grantPurpose: text('grant_purpose'),
      grantExpiresAt: instant('grant_expires_at'),
    },
    (sessions) => [
      index('sessions_user').on(sessions.userId),
      index('sessions_previous_token').on(sessions.previousTokenHash),
    ],
  )

  /** Between right password and signed in. The cookie that names a row opens nothing but the next step. */
  const signInChallenges = table(
    'sign_in_challenges',
    {
      tokenHash: text('token_hash').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      /** what is asked for now; the step after it gets a row and a cookie of its own */
      step: text('step').$type<'second-factor' | 'new-password' | 'enrolment'>().notNull().default('second-factor'),
      /** what was proved so far */
      methods: json<('password' | 'totp' | 'recovery-code')[]>('methods').notNull().default(['password']),
      attempts: integer('attempts').notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
    },
    (challenges) => [index('sign_in_challenges_user').on(challenges.userId)],
  )

  /**
   * Browsers in which somebody signed in to this account before. Their cookie opens nothing: it only keeps a
   * stranger's failures from closing the door to the person (OWASP: device cookies).
   */
  const knownBrowsers = table(
    'known_browsers',
    {
      tokenHash: text('token_hash').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      createdAt: instant('created_at').notNull(),
      lastUsedAt: instant('last_used_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
    },
    (browsers) => [index('known_browsers_user').on(browsers.userId)],
  )
  return { sessions, signInChallenges, knownBrowsers }
}
