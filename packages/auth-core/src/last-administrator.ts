type Standing = { role: string; enabled: boolean }

const administers = ({ role, enabled }: Standing) => enabled && role === 'administrator'

/**
 * Whether a change would leave nobody who can administer.
 * @param administrators enabled administrators before the change
 */
export const isLastAdministrator = (administrators: number, before: Standing, after: Standing): boolean =>
  administers(before) && !administers(after) && administrators <= 1
