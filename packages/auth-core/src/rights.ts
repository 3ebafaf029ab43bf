type Role = 'administrator' | 'member' | 'read-only' | 'service'

/** Through which door: signed in in a browser, or with an API key or password. */
export type Door = 'browser' | 'api'

const ownAccount = ['account:read', 'account:security', 'account:write'] as const
const everything = [...ownAccount, 'users:read', 'users:write', 'policy:read', 'policy:write', 'introspect'] as const

export type Right = (typeof everything)[number]

/** The whole of who may do what. What is not here, nobody may. */
const table: Record<Role, Record<Door, readonly Right[]>> = {
  administrator: { browser: everything, api: everything },
  member: { browser: ownAccount, api: ownAccount },
  'read-only': { browser: ['account:read', 'account:security'], api: ['account:read'] },
  service: { browser: [], api: ['introspect'] },
}

/** What somebody of this role may do through this door. */
export const rightsOf = (role: Role, door: Door): readonly Right[] => table[role][door]
