import { changeTwoFactor, type TwoFactorAction } from '@latchkey/auth-core/two-factor-change'
import { Problem } from '@latchkey/contract/problem'
import type { StepUpPurpose } from '@latchkey/contract/step-up'
import type { Db, Tx } from '@latchkey/db/db'
import { eq, sql } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import * as apiPasswords from '../credentials/api-passwords.ts'
import type { Deps } from '../deps.ts'
import type { SessionCaller } from '../http/caller.ts'
import { takeCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import { readPolicy } from '../installation/installation.ts'
import * as authenticators from '../second-factor/authenticators.ts'
import * as candidates from '../second-factor/candidates.ts'
import * as recoverySets from '../second-factor/recovery-sets.ts'
import { readStanding, type Standing } from '../second-factor/standing.ts'
import * as sessions from '../sessions/sessions.ts'
import { spendGrant } from '../step-up/step-up.ts'

/** How things stand, in words and dates. */
export async function show(db: Pick<Db, 'select' | 'tables'>, userId: string) {
  const standing = await readStanding(db, userId)
  if (!standing) throw new Problem('not-signed-in')
  const { user, twoFactor, facts } = standing
  const [authenticator] = await db
    .select()
    .from(db.tables.authenticators)
    .where(eq(db.tables.authenticators.userId, userId))
  return {
    status: twoFactor,
    required: facts.required,
    since: authenticator?.confirmedAt ?? user.twoFactorPendingSince,
    lastUsedAt: authenticator?.lastUsedAt ?? null,
    recoveryCodes: await recoverySets.describe(db, userId),
  }
}

/** Shows a new secret. The authenticator in use, if there is one, is untouched until the new one is proved. */
export const begin = (deps: Deps, caller: SessionCaller) =>
  sessions.changeOwn(deps, caller, async (tx, { user, session, ...fresh }, now) => {
    const replaces = fresh.authenticatorId !== null
    if (replaces) await spendGrant(tx, session.id, 'two-factor.replace', now)
    return candidates.begin(tx, deps, { user, holder: session.id, now, replaces })
  })

/** Turns a candidate secret into the live one and hands out the recovery codes exactly once. */
export async function validate(deps: Deps, caller: SessionCaller, exchange: Exchange, code: string) {
  const { db, now, secretBox } = deps
  const candidate = await db.write((tx) => candidates.takeTry(tx, caller.user.id, caller.session.id, now()))
  if (!candidate) throw new Problem('no-longer-valid')

  const outcome = await sessions.changeOwn(deps, caller, async (tx, fresh, at) => {
    const { user, session } = fresh
    const row = { subject: user.id, actor: activity.browserActor(exchange, user.id, session.id), at }
    const verdict = await candidates.prove(tx, deps, candidate, { code, now: at })
    if (!verdict.ok) {
      if (verdict.reason === 'wrong')
        await activity.record(tx, { ...row, event: 'two-factor.enabled', outcome: 'failure' })
      return verdict
    }
    await authenticators.promote(tx, secretBox, user.id, { ...verdict, at })
    const isFirst = fresh.authenticatorId === null
    await activity.record(tx, { ...row, event: isFirst ? 'two-factor.enabled' : 'two-factor.replaced' })
    const issued = isFirst ? await recoverySets.issue(tx, user.id, at) : null
    const { signOutAfterEnrolment } = await readPolicy(tx)
    const signedOut = isFirst && signOutAfterEnrolment
    await sessions.endAllBut(tx, user.id, signedOut ? null : session.id)
    if (!signedOut) await sessions.renewToken(tx, exchange, fresh, { now: at, methods: ['password', 'totp'] })
    return { ok: true as const, recoveryCodes: issued?.codes ?? null, recoverySetId: issued?.label ?? null, signedOut }
  })

  if (!outcome.ok && outcome.reason === 'gone') throw new Problem('no-longer-valid')
  if (!outcome.ok) throw new Problem('wrong-code', { pointer: '/code', ...outcome.clock })
  if (outcome.signedOut) takeCookie(exchange, 'session')
  return outcome
}

/** Leaving the wizard: the candidate goes, nothing else changes. */
export const cancel = (deps: Deps, caller: SessionCaller) =>
  sessions.changeOwn(deps, caller, (tx, { user }) => candidates.drop(tx, user.id))

/** The buttons of the panel that change the second factor by themselves, and what each one is remembered as. */
const buttons = {
  'set-up-later': { event: 'two-factor.pending', purpose: null },
  'cancel-set-up': { event: 'two-factor.pending-cancelled', purpose: null },
  'reset-secret': { event: 'two-factor.secret-reset', purpose: 'two-factor.reset' },
  deactivate: { event: 'two-factor.deactivated', purpose: 'two-factor.deactivate' },
} as const satisfies Partial<Record<TwoFactorAction, { event: activity.ActivityEvent; purpose: StepUpPurpose | null }>>

/**
 * Presses one of them. What takes the second factor away needs a proof of it, for this very action, and ends every
 * other session.
 * @throws Problem wrong-state, required-by-policy, step-up-required
 */
export const press = (deps: Deps, caller: SessionCaller, exchange: Exchange, action: keyof typeof buttons) =>
  sessions.changeOwn(deps, caller, async (tx, { user, session }, at) => {
    const { event, purpose } = buttons[action]
    const standing = await readStanding(tx, user.id)
    if (!standing) throw new Problem('not-signed-in')
    if (!(await change(tx, standing, action, at))) return show(tx, user.id)
    if (purpose) {
      await spendGrant(tx, session.id, purpose, at)
      await sessions.endAllBut(tx, user.id, session.id)
    }
    const actor = activity.browserActor(exchange, user.id, session.id)
    await activity.record(tx, { event, subject: user.id, actor, at })
    return show(tx, user.id)
  })

/**
 * Takes the second factor of somebody who lost it away, and every session with it. Call `tx.lockUser` first.
 * @returns false when there was nothing to take away
 */
export async function resetForPerson(tx: Tx, standing: Standing, actor: activity.Actor, at: number): Promise<boolean> {
  if (!(await change(tx, standing, 'reset-for-person', at))) return false
  await sessions.endAllBut(tx, standing.user.id, null)
  await activity.record(tx, { event: 'two-factor.reset', subject: standing.user.id, actor, at })
  return true
}

/** Carries out one change of the table in `auth-core/two-factor-change`. @returns false when it was so already */
async function change(tx: Tx, { user, facts }: Standing, action: TwoFactorAction, at: number): Promise<boolean> {
  const verdict = changeTwoFactor(action, facts)
  if (!verdict.ok) throw new Problem(verdict.reason)
  if (verdict.proved === facts.proved && verdict.chosen === facts.chosen) return false
  const { users } = tx.tables
  if (!verdict.proved) await authenticators.remove(tx, user.id)
  // What is to be set up anew, or was lost, may have let somebody make one; whoever turns it off keeps theirs
  if (action === 'reset-secret' || action === 'reset-for-person') await apiPasswords.revoke(tx, user.id)
  const twoFactorPendingSince = verdict.chosen ? (user.twoFactorPendingSince ?? at) : null
  const version = sql`${users.version} + 1`
  await tx.update(users).set({ twoFactorPendingSince, version }).where(eq(users.id, user.id))
  return true
}
