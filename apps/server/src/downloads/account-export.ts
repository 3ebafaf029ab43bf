import type { Db } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'
import { activityOf } from './activity-csv.ts'

type Tables = Db['tables']
type ColumnOf<Name extends keyof Tables> = Exclude<keyof Tables[Name]['$inferSelect'], 'userId'> & string

/**
 * `given`: goes out as it is. `moment`: goes out as RFC 3339. `secret`: opens something, or would help to.
 * `inner`: says nothing about the person.
 */
type Fate = 'given' | 'moment' | 'secret' | 'inner'

/**
 * What becomes of every column that is about a person. A column that is in no line does not compile; a table that is in
 * none, the test finds.
 */
export const parts: { [Name in PersonalTable]: Record<ColumnOf<Name>, Fate> } = {
  users: {
    id: 'given',
    username: 'given',
    displayName: 'given',
    email: 'given',
    emailKey: 'inner',
    emailVerifiedAt: 'moment',
    role: 'given',
    enabled: 'given',
    passwordHash: 'secret',
    passwordChangedAt: 'moment',
    passwordChangeRequired: 'given',
    requireTwoFactor: 'given',
    twoFactorPendingSince: 'moment',
    version: 'inner',
    createdAt: 'moment',
    lastSeenAt: 'moment',
  },
  sessions: {
    id: 'given',
    tokenHash: 'secret',
    previousTokenHash: 'secret',
    authenticationMethods: 'given',
    browser: 'given',
    operatingSystem: 'given',
    model: 'given',
    engine: 'given',
    cpuArchitecture: 'given',
    ipAddress: 'given',
    createdAt: 'moment',
    lastModifiedAt: 'moment',
    lastAuthenticationAt: 'moment',
    lastSeenAt: 'moment',
    expiresAt: 'moment',
    grantPurpose: 'inner',
    grantExpiresAt: 'inner',
  },
  signInChallenges: {
    tokenHash: 'secret',
    step: 'given',
    methods: 'given',
    attempts: 'given',
    createdAt: 'moment',
    expiresAt: 'moment',
  },
  knownBrowsers: { tokenHash: 'secret', createdAt: 'moment', lastUsedAt: 'moment', expiresAt: 'moment' },
  authenticators: {
    id: 'given',
    sealedSecret: 'secret',
    confirmedAt: 'moment',
    lastUsedAt: 'moment',
    lastStep: 'secret',
    drift: 'given',
    earlySteps: 'secret',
  },
  authenticatorCandidates: {
    id: 'given',
    holder: 'secret',
    sealedSecret: 'secret',
    attempts: 'given',
    createdAt: 'moment',
    expiresAt: 'moment',
  },
  recoverySets: { id: 'given', label: 'given', createdAt: 'moment', confirmedAt: 'moment', attempts: 'given' },
  recoveryCodes: { codeHash: 'secret', setId: 'given', usedAt: 'moment', tailHash: 'secret' },
  apiKeys: {
    id: 'given',
    tokenHash: 'secret',
    hint: 'given',
    sealedValue: 'secret',
    createdAt: 'moment',
    expiresAt: 'moment',
    replacedAt: 'moment',
    lastUsedAt: 'moment',
    lastUsedAddress: 'given',
    lastUsedClient: 'given',
  },
  apiPasswords: { tokenHash: 'secret', createdAt: 'moment', expiresAt: 'moment', lastUsedAt: 'moment' },
  downloads: {
    id: 'given',
    tokenHash: 'secret',
    resource: 'given',
    createdAt: 'moment',
    expiresAt: 'moment',
    lastUsedAt: 'moment',
  },
  activity: {
    id: 'given',
    at: 'moment',
    event: 'given',
    outcome: 'given',
    subjectId: 'given',
    actorId: 'given',
    actorKind: 'given',
    sessionId: 'given',
    ipAddress: 'given',
    client: 'given',
    requestId: 'given',
    detail: 'given',
  },
}

/** Tables that are about nobody in particular; `attempts` counts under names that are not only people's. */
export const impersonal = ['attempts', 'policy', 'installation', 'setupLinks'] as const
type PersonalTable = Exclude<keyof Tables, (typeof impersonal)[number]>

/**
 * Everything that is stored about one person, secrets left out, as one JSON object: a member for each table. The
 * history comes last and a few rows at a time.
 */
export async function* accountExport(db: Db, { userId, at }: { userId: string; at: number }): AsyncGenerator<string> {
  yield `{\n"exportedAt": ${JSON.stringify(new Date(at).toISOString())}`
  const { activity, users, ...owned } = parts
  yield `,\n"account": ${JSON.stringify((await rowsOf(db, 'users', userId))[0] ?? null)}`
  for (const name of Object.keys(owned) as (keyof typeof owned)[])
    yield `,\n${JSON.stringify(name)}: ${JSON.stringify(await rowsOf(db, name, userId))}`
  yield ',\n"activity": ['
  let isFirst = true
  for await (const rows of activityOf(db, userId, at))
    for (const row of rows) {
      yield (isFirst ? '\n' : ',\n') + JSON.stringify(outside(parts.activity, row))
      isFirst = false
    }
  yield '\n]\n}\n'
}

async function rowsOf(db: Db, name: Exclude<PersonalTable, 'activity'>, userId: string) {
  const table = db.tables[name] as Tables['sessions'] // any of them: each has a column that says whose row it is
  const owner = name === 'users' ? db.tables.users.id : table.userId
  const rows: Record<string, unknown>[] = await db.select().from(table).where(eq(owner, userId))
  return rows.map((row) => outside(parts[name], row))
}

function outside(fates: Record<string, Fate>, row: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(fates)
      .filter(([, fate]) => fate === 'given' || fate === 'moment')
      .map(([name, fate]) => {
        const value = row[name]
        return [name, fate === 'moment' && typeof value === 'number' ? new Date(value).toISOString() : value]
      }),
  )
}
