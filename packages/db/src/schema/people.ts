import type { Kit } from '../columns.ts'
import { sql } from '../drizzle.ts'

export const definePeople = ({ table, text, boolean, instant, integer, check }: Kit) => {
  const users = table(
    'users',
    {
      id: text('id').primaryKey(),
      /** canonical (auth-core/username): the only form that is stored or compared */
      username: text('username').notNull().unique(),
      displayName: text('display_name').notNull(),
      /** as the person wrote it, for showing and sending */
      email: text('email'),
      /** canonical, for finding; unique over all people */
      emailKey: text('email_key').unique(),
      /** null until the address was proved; belongs to exactly this address */
      emailVerifiedAt: instant('email_verified_at'),
      role: text('role').$type<'administrator' | 'member' | 'read-only' | 'service'>().notNull(),
      enabled: boolean('enabled').notNull(),
      /** Argon2id in PHC form; null for an account that cannot sign in with a password */
      passwordHash: text('password_hash'),
      passwordChangedAt: instant('password_changed_at'),
      /** somebody else chose the password: the person chooses their own before anything else */
      passwordChangeRequired: boolean('password_change_required').notNull().default(false),
      /** an administrator asked this person for a second factor */
      requireTwoFactor: boolean('require_two_factor').notNull(),
      /** the person chose to set it up at the next sign-in; null otherwise */
      twoFactorPendingSince: instant('two_factor_pending_since'),
      /** counts edits, for ETag and If-Match */
      version: integer('version').notNull(),
      createdAt: instant('created_at').notNull(),
      /** written at most once a minute, like that of the session */
      lastSeenAt: instant('last_seen_at'),
    },
    (users) => [
      check('users_role', sql`${users.role} in ('administrator', 'member', 'read-only', 'service')`),
      check('users_email', sql`(${users.email} is null) = (${users.emailKey} is null)`),
    ],
  )
  return { users }
}
