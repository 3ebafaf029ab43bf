import type { World } from '../../testing/world.ts'

/**
 * What must be true of the whole database whenever no request is under way: I1 to I5 of the security requirements.
 * @returns a sentence for everything that is not
 */
export const brokenInvariants = async (w: Pick<World, 'db'>) => findBroken(await readRows(w))

/** The tables the invariants speak of. */
type Rows = Awaited<ReturnType<typeof readRows>>

export async function readRows({ db }: Pick<World, 'db'>) {
  const { users, authenticators, recoverySets, recoveryCodes, sessions, apiKeys, apiPasswords } = db.tables
  const [people, apps, sets, codes, open, keys, passwords] = await Promise.all([
    db.select().from(users),
    db.select().from(authenticators),
    db.select().from(recoverySets),
    db.select().from(recoveryCodes),
    db.select().from(sessions),
    db.select().from(apiKeys),
    db.select().from(apiPasswords),
  ])
  return { people, apps, sets, codes, open, keys, passwords }
}

export function findBroken({ people, apps, sets, codes, open, keys, passwords }: Rows): string[] {
  const broken: string[] = []
  const check = (isTrue: boolean, sentence: string) => {
    if (!isTrue) broken.push(sentence)
  }
  for (const { id, username, enabled } of people) {
    const own = <Row extends { userId: string }>(rows: Row[]) => rows.filter(({ userId }) => userId === id)
    const [ownApps, ownSets, ownSessions] = [own(apps), own(sets), own(open)]
    const live = ownSets.filter(({ confirmedAt }) => confirmedAt !== null)
    const codesOf = (setId: string) => codes.filter((code) => code.setId === setId && code.userId === id).length

    check(ownApps.length <= 1, `I1 ${username} has ${ownApps.length} authenticators`)
    if (ownApps.length > 0) {
      check(live.length === 1, `I1 ${username} has an authenticator and ${live.length} live sets of recovery codes`)
      check(ownSets.length - live.length <= 1, `I1 ${username} has several sets that wait`)
      check(
        ownApps.every(({ lastStep }) => lastStep > 0),
        `I1 ${username} has no last step`,
      )
    } else check(ownSets.length === 0, `I2 ${username} has no authenticator and ${ownSets.length} sets`)
    for (const set of ownSets)
      check(codesOf(set.id) === 10, `I1 a set of ${username} has ${codesOf(set.id)} codes instead of ten`)
    const strays = own(codes).filter(({ setId }) => !ownSets.some((set) => set.id === setId))
    check(strays.length === 0, `I1 ${username} has ${strays.length} codes of no set`)

    check(enabled || ownSessions.length === 0, `I3 ${username} is disabled and has ${ownSessions.length} sessions`)
    const isProved = (methods: readonly string[]) => methods.includes('totp') || methods.includes('recovery-code')
    const unproved = ownSessions.filter(({ authenticationMethods }) => !isProved(authenticationMethods))
    check(ownApps.length === 0 || unproved.length === 0, `I3 ${username} has a session no second factor was shown in`)

    const ownKeys = own(keys)
    const inUse = ownKeys.filter(({ replacedAt }) => replacedAt === null).length
    check(inUse <= 1, `I5 ${username} has ${inUse} API keys in use`)
    check(ownKeys.length - inUse <= 1, `I5 ${username} has ${ownKeys.length - inUse} API keys that retire`)
    const kept = ownKeys.filter(({ replacedAt, sealedValue }) => replacedAt !== null && sealedValue !== null)
    check(kept.length === 0, `I5 ${username} has a retiring API key that could still be shown`)
    const ownPasswords = own(passwords)
    check(ownPasswords.length <= 1, `I5 ${username} has ${ownPasswords.length} API passwords`)
  }
  const administrators = people.filter(({ role, enabled }) => role === 'administrator' && enabled)
  const hadOne = people.some(({ role }) => role === 'administrator')
  check(administrators.length > 0 || !hadOne, 'I4 nobody enabled is an administrator')
  return broken
}
