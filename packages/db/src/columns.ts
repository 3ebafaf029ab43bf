import type { postgresKit } from './columns.postgres.ts'

/** The column kit: what the tables in `schema/` are written against, whichever engine stands behind it. */
export type Kit = typeof postgresKit
