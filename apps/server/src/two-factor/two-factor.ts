import { randomBytes, randomUUID } from 'node:crypto'
import { TRIES_PER_CHALLENGE } from '@latchkey/auth-core/lockout'
import { checkFirstCode, formatSecret, otpauthUri, SECRET_BYTES } from '@latchkey/auth-core/totp'
import { Problem } from '@latchkey/contract/problem'
import type { Tx } from '@latchkey/db/db'
import { eq } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import type { Caller } from '../http/caller.ts'
import { takeCookie } from '../http/cookies.ts'
import type { Exchange } from '../http/exchange.ts'
import * as recoveryCodes from '../recovery-codes/recovery-codes.ts'
import * as sessions from '../sessions/sessions.ts'
import * as secondFactor from '../sign-in/second-factor-proof.ts'
import { spendGrant } from '../step-up/step-up.ts'
import * as candidates from './candidates.ts'

export async function show({ db }: Deps, { user, twoFactor }: Caller) {
  const { authenticators } = db.tables
  const [authenticator] = await db.select().from(authenticators).where(eq(authenticators.userId, user.id))
  return {
    ...twoFactor,
    since: authenticator?.confirmedAt ?? user.twoFactorPendingSince,
    lastUsedAt: authenticator?.lastUsedAt ?? null,
    recoveryCodes: await recoveryCodes.describe(db, user.id),
  }
}

/** Shows a new secret. The authenticator in use, if there is one, is untouched until the new one is proved. */
export async function begin(deps: Deps, caller: Caller) {
  const secret = formatSecret(randomBytes(SECRET_BYTES))
  const expiresAt = await sessions.changeOwn(deps, caller, async (tx, fresh, now) => {
    if (fresh.authenticatorId) await spendGrant(tx, fresh, 'two-factor.replace', now)
    return candidates.keep(tx, deps.secretBox, fresh.user.id, secret, now)
  })
  const { hostname } = deps.config.publicUrl
  const issuer = hostname === 'localhost' ? 'Latchkey' : `Latchkey ${hostname}`
  return { secret, otpauthUri: otpauthUri({ issuer, account: caller.user.username, secret }), expiresAt }
}

/** Turns a candidate secret into the live one and hands out the recovery codes exactly once. */
export async function validate(deps: Deps, caller: Caller, exchange: Exchange, code: string) {
  const { db, now, secretBox } = deps
  const candidate = await db.write((tx) => candidates.takeTry(tx, caller.user.id, now()))
  if (!candidate) throw new Problem('no-longer-valid')

  const outcome = await sessions.changeOwn(deps, caller, async (tx, fresh, at) => {
    const actor = activity.browserActor(exchange, fresh.user.id, fresh.session.id)
    const row = { subject: fresh.user.id, actor, at }
    const secret = await candidates.open(tx, secretBox, candidate)
    if (!secret) return 'gone' as const
    const verdict = checkFirstCode({ secret, code, now: at })
    if (!verdict.ok) {
      await activity.record(tx, { ...row, event: 'two-factor.enabled', outcome: 'failure' })
      if (candidate.attempts >= TRIES_PER_CHALLENGE) await candidates.drop(tx, fresh.user.id)
      return 'wrong' as const
    }
    await candidates.drop(tx, fresh.user.id)
    await promote(tx, deps, fresh, { secret, step: verdict.step, drift: verdict.drift, at })
    await activity.record(tx, { ...row, event: fresh.authenticatorId ? 'two-factor.replaced' : 'two-factor.enabled' })
    const issued = fresh.authenticatorId ? null : await recoveryCodes.issue(tx, fresh.user.id, at)
    const [policy] = await tx.select().from(tx.tables.policy)
    const signedOut = !fresh.authenticatorId && policy?.signOutAfterEnrolment !== false
    await sessions.endAllBut(tx, fresh.user.id, signedOut ? null : fresh.session.id)
    if (!signedOut) await sessions.renewToken(tx, exchange, fresh, { now: at, methods: ['password', 'totp'] })
    return { recoveryCodes: issued?.codes ?? null, recoverySetId: issued?.label ?? null, signedOut }
  })

  if (outcome === 'gone') throw new Problem('no-longer-valid')
  if (outcome === 'wrong') throw new Problem('wrong-code', { pointer: '/code' })
  if (outcome.signedOut) takeCookie(exchange, 'session')
  return outcome
}

/** The proved secret takes the place of any earlier one, its first code counted as used. */
async function promote(
  tx: Tx,
  { secretBox }: Deps,
  { user }: Caller,
  { secret, step, drift, at }: { secret: string; step: number; drift: number; at: number },
) {
  const { authenticators, users } = tx.tables
  const id = randomUUID()
  const place = { table: 'authenticators', column: 'sealed_secret', row: id, user: user.id }
  await tx.delete(authenticators).where(eq(authenticators.userId, user.id))
  await tx.insert(authenticators).values({
    id,
    userId: user.id,
    sealedSecret: secretBox.seal(secret, place),
    confirmedAt: at,
    lastUsedAt: at,
    lastStep: step,
    drift,
  })
  await tx.update(users).set({ twoFactorPendingSince: null }).where(eq(users.id, user.id))
}

/** Leaving the wizard: the candidate goes, nothing else changes. */
export const cancel = (deps: Deps, caller: Caller) =>
  sessions.changeOwn(deps, caller, (tx, { user }) => candidates.drop(tx, user.id))

/** Turns the second factor off, on the strength of the second factor. Its recovery codes are void from now on. */
export const deactivate = (deps: Deps, caller: Caller, exchange: Exchange) =>
  sessions.changeOwn(deps, caller, async (tx, fresh, at) => {
    const { user, twoFactor, session } = fresh
    if (twoFactor.status !== 'active' || twoFactor.required) throw new Problem('wrong-state')
    await spendGrant(tx, fresh, 'two-factor.deactivate', at)
    await tx.delete(tx.tables.authenticators).where(eq(tx.tables.authenticators.userId, user.id))
    await recoveryCodes.discard(tx, user.id)
    await candidates.drop(tx, user.id)
    await secondFactor.forgetTries(tx, user.id)
    await sessions.endAllBut(tx, user.id, session.id)
    const actor = activity.browserActor(exchange, user.id, session.id)
    await activity.record(tx, { event: 'two-factor.deactivated', subject: user.id, actor, at })
  })
