import { like } from '@latchkey/db/drizzle'
import type { World } from '../../testing/world.ts'
import { findBroken, readRows } from './invariants.ts'

/**
 * All that matters for signing in and the second factor, as the database has it between two requests. The rules
 * (model-rules) say what has to become of it; what became of it is read anew after every step.
 */
export type State = { policy: Policy; accounts: Record<string, Account> }

export type Policy = { requireTwoFactor: 'nobody' | 'administrators' | 'everyone'; signOutAfterEnrolment: boolean }

export type Account = {
  username: string
  role: string
  enabled: boolean
  /** an administrator demands a second factor of this person */
  demanded: boolean
  /** the person chose to set it up at the next sign-in */
  chosen: boolean
  app: { id: string; secret: string; lastStep: number; drift: number; earlySteps: number[] } | null
  candidate: { holder: string; secret: string; attempts: number; expiresAt: number } | null
  live: Sheet | null
  waiting: Sheet | null
  failures: number
  pausedUntil: number | null
  sessions: Session[]
  challenges: Challenge[]
}

/** A set of recovery codes: by the hash of each, whether it was used. */
export type Sheet = { label: string; createdAt: number; attempts: number; codes: Record<string, boolean> }

export type Session = {
  id: string
  token: string
  previousToken: string | null
  methods: string[]
  provedAt: number
  seenAt: number
  endsAt: number
  grant: { purpose: string; until: number } | null
}

export type Challenge = {
  token: string
  step: string
  methods: string[]
  attempts: number
  createdAt: number
  expiresAt: number
}

/**
 * Reads it all. Secrets are unsealed: whether they are the ones that were shown is part of the question.
 * @returns the state, and a sentence for every invariant that does not hold
 */
export async function readState({ db, deps }: Pick<World, 'db' | 'deps'>): Promise<{ state: State; broken: string[] }> {
  const t = db.tables
  const [rows, policies, candidates, attempts, challenges] = await Promise.all([
    readRows({ db }),
    db.select().from(t.policy),
    db.select().from(t.authenticatorCandidates),
    db.select().from(t.attempts).where(like(t.attempts.key, 'second-factor:%')),
    db.select().from(t.signInChallenges),
  ])
  const { people, apps, sets, codes, open: sessions } = rows
  const open = (table: string, row: { id: string; userId: string; sealedSecret: string }) =>
    deps.secretBox.open(row.sealedSecret, { table, column: 'sealed_secret', row: row.id, user: row.userId })

  const account = (user: (typeof people)[number]): Account => {
    const own = <Row extends { userId: string }>(rows: Row[]) => rows.filter(({ userId }) => userId === user.id)
    const [[app], [candidate]] = [own(apps), own(candidates)]
    const tries = attempts.find(({ key }) => key === `second-factor:${user.id}`)
    const sheet = (isLive: boolean): Sheet | null => {
      const set = own(sets).find(({ confirmedAt }) => (confirmedAt !== null) === isLive)
      if (!set) return null
      const ofSet = codes.filter(({ setId }) => setId === set.id)
      return {
        label: set.label,
        createdAt: set.createdAt,
        attempts: set.attempts,
        codes: Object.fromEntries(ofSet.map(({ codeHash, usedAt }) => [codeHash, usedAt !== null])),
      }
    }
    return {
      username: user.username,
      role: user.role,
      enabled: user.enabled,
      demanded: user.requireTwoFactor,
      chosen: user.twoFactorPendingSince !== null,
      app: app
        ? {
            id: app.id,
            secret: open('authenticators', app),
            lastStep: app.lastStep,
            drift: app.drift,
            earlySteps: app.earlySteps,
          }
        : null,
      candidate: candidate
        ? {
            holder: candidate.holder,
            secret: open('authenticator_candidates', candidate),
            attempts: candidate.attempts,
            expiresAt: candidate.expiresAt,
          }
        : null,
      live: sheet(true),
      waiting: sheet(false),
      failures: tries?.failures ?? 0,
      pausedUntil: tries?.pausedUntil ?? null,
      sessions: own(sessions).map((session) => ({
        id: session.id,
        token: session.tokenHash,
        previousToken: session.previousTokenHash,
        methods: session.authenticationMethods,
        provedAt: session.lastAuthenticationAt,
        seenAt: session.lastSeenAt,
        endsAt: session.expiresAt,
        grant: session.grantPurpose ? { purpose: session.grantPurpose, until: Number(session.grantExpiresAt) } : null,
      })),
      challenges: own(challenges).map((challenge) => ({
        token: challenge.tokenHash,
        step: challenge.step,
        methods: challenge.methods,
        attempts: challenge.attempts,
        createdAt: challenge.createdAt,
        expiresAt: challenge.expiresAt,
      })),
    }
  }
  const [policy] = policies
  if (!policy) throw new Error('The policy row is missing')
  const { requireTwoFactor, signOutAfterEnrolment } = policy
  const accounts = Object.fromEntries(people.map((user) => [user.id, account(user)]))
  return { state: { policy: { requireTwoFactor, signOutAfterEnrolment }, accounts }, broken: findBroken(rows) }
}
