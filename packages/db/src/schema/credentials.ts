import type { Kit } from '../columns.ts'
import { sql } from '../drizzle.ts'
import type { definePeople } from './people.ts'

export const defineCredentials = (
  { table, text, instant, index, uniqueIndex, check }: Kit,
  { users }: ReturnType<typeof definePeople>,
) => {
  const owner = () =>
    text('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' })

  /** At most two a person: the one in use, and the one before while it retires. */
  const apiKeys = table(
    'api_keys',
    {
      id: text('id').primaryKey(),
      userId: owner(),
      /** SHA-256 of the key */
      tokenHash: text('token_hash').notNull().unique(),
      /** first and last characters, for showing */
      hint: text('hint').notNull(),
      /** the key itself, encrypted (server/secret-box), only where policy lets it be copied */
      sealedValue: text('sealed_value'),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      /** since when it retires; null for the one in use */
      replacedAt: instant('replaced_at'),
      /** written at most once a minute, so that reading stays reading */
      lastUsedAt: instant('last_used_at'),
      lastUsedAddress: text('last_used_address'),
      lastUsedClient: text('last_used_client'),
    },
    (keys) => [
      uniqueIndex('api_keys_in_use').on(keys.userId).where(sql`${keys.replacedAt} is null`),
      uniqueIndex('api_keys_retiring').on(keys.userId).where(sql`${keys.replacedAt} is not null`),
    ],
  )

  /** For HTTP Basic, one a person. */
  const apiPasswords = table('api_passwords', {
    userId: owner().primaryKey(),
    tokenHash: text('token_hash').notNull().unique(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  })

  /** Links that open one thing for a time. */
  const downloads = table(
    'downloads',
    {
      id: text('id').primaryKey(),
      userId: owner(),
      tokenHash: text('token_hash').notNull().unique(),
      resource: text('resource').$type<'account-export' | 'activity' | 'users'>().notNull(),
      createdAt: instant('created_at').notNull(),
      expiresAt: instant('expires_at').notNull(),
      lastUsedAt: instant('last_used_at'),
    },
    (downloads) => [
      index('downloads_user').on(downloads.userId),
      check('downloads_resource', sql`${downloads.resource} in ('account-export', 'activity', 'users')`),
    ],
  )
  return { apiKeys, apiPasswords, downloads }
}
