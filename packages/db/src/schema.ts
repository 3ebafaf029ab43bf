import type { Kit } from './columns.ts'
import { defineCredentials } from './schema/credentials.ts'
import { definePeople } from './schema/people.ts'
import { defineSecurity } from './schema/security.ts'
import { defineSessions } from './schema/sessions.ts'
import { defineTwoFactor } from './schema/two-factor.ts'

/** Every table, written once against the kit of an engine. */
export const defineTables = (kit: Kit) => {
  const people = definePeople(kit)
  return {
    ...people,
    ...defineSessions(kit, people),
    ...defineTwoFactor(kit, people),
    ...defineCredentials(kit, people),
    ...defineSecurity(kit),
  }
}

export type Tables = ReturnType<typeof defineTables>
