import { postgresKit } from './columns.postgres.ts'
import { defineTables } from './schema.ts'

/** What drizzle-kit reads to generate migrations. */
export const {
  users,
  sessions,
  signInChallenges,
  knownBrowsers,
  authenticators,
  authenticatorCandidates,
  recoverySets,
  recoveryCodes,
  apiKeys,
  apiPasswords,
  downloads,
  attempts,
  activity,
  policy,
  installation,
  setupLinks,
} = defineTables(postgresKit)
