import { acceptedProofs, PROOF_LIFETIME } from '@latchkey/auth-core/step-up'
import { Problem } from '@latchkey/contract/problem'
import type { StepUpPurpose } from '@latchkey/contract/step-up'
import type { Tx } from '@latchkey/db/db'
import { and, eq, gt, inArray } from '@latchkey/db/drizzle'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import type { SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import { proveSecondFactor, recordVerdict, refusal } from '../second-factor/proof.ts'
import { countTry, giveTryBack } from '../second-factor/tries.ts'
import * as sessions from '../sessions/sessions.ts'
import { provePassword } from '../sign-in/password-proof.ts'

type Proof = {
  password?: string | undefined
  code?: string | undefined
  recoveryCode?: string | undefined
  purpose?: StepUpPurpose | undefined
}

/** Serves the next always-asked action, whichever it is: what a proof without a purpose is good for. */
const ANY_PURPOSE = 'any'

/**
 * Proves again who sits in front of this session, with the strongest factor the account has. The session stays, its
 * token changes; one unspent grant for one action lies on it for five minutes.
 */
export async function stepUp(deps: Deps, caller: SessionCaller, exchange: Exchange, proof: Proof) {
  const proofs = acceptedProofs({ hasSecondFactor: caller.authenticatorId !== null })
  if (proofs.includes('password')) await proveWithPassword(deps, caller, exchange, proof)
  else await proveWithSecondFactor(deps, caller, exchange, proof)
}

async function proveWithPassword(deps: Deps, caller: SessionCaller, exchange: Exchange, { password, purpose }: Proof) {
  if (password === undefined) throw new Problem('step-up-required', { pointer: '/password' })
  const { users } = deps.db.tables
  const [stored] = await deps.db.select().from(users).where(eq(users.id, caller.user.id))
  const target = { userId: caller.user.id, passwordHash: stored?.passwordHash ?? null }
  const { isRight, forgive } = await provePassword(deps, exchange, target, password)
  await settle(deps, caller, exchange, async (tx, row) => {
    const detail = { method: 'password' }
    await activity.record(tx, { ...row, event: 'step-up', outcome: isRight ? 'success' : 'failure', detail })
    if (!isRight) return new Problem('wrong-password', { pointer: '/password' })
    await forgive(tx)
    await sessions.renewToken(tx, exchange, caller, { now: row.at, grant: grant(purpose, row.at) })
    return null
  })
}

async function proveWithSecondFactor(deps: Deps, caller: SessionCaller, exchange: Exchange, proof: Proof) {
  const { code, recoveryCode, purpose } = proof
  const shown = code !== undefined ? { code } : recoveryCode !== undefined ? { recoveryCode } : null
  // A password alone proves nothing on an account with a second factor
  if (!shown) throw new Problem('step-up-required', { pointer: '/code' })
  const userId = caller.user.id
  const failures = await deps.db.write((tx) => countTry(tx, userId, deps.now()))
  await settle(deps, caller, exchange, async (tx, row) => {
    const verdict = await proveSecondFactor(tx, deps, { userId, shown, failures, now: row.at, explain: true })
    await recordVerdict(tx, { event: 'step-up', verdict, userId, actor: row.actor, at: row.at })
    if (!verdict.ok) return refusal(verdict, shown)
    await giveTryBack(tx, userId)
    await sessions.renewToken(tx, exchange, caller, { now: row.at, grant: grant(purpose, row.at) })
    return null
  })
}

const grant = (purpose: StepUpPurpose | undefined, now: number) => ({
  purpose: purpose ?? ANY_PURPOSE,
  expiresAt: now + PROOF_LIFETIME,
})

/** Runs a judgement to its commit, so that what it counted and recorded stays, and only then refuses. */
async function settle(
  deps: Deps,
  caller: SessionCaller,
  exchange: Exchange,
  judge: (tx: Tx, row: { subject: string; actor: activity.Actor; at: number }) => Promise<Problem | null>,
) {
  const refusal = await sessions.changeOwn(deps, caller, (tx, { user, session }, at) =>
    judge(tx, { subject: user.id, actor: activity.browserActor(exchange, user.id, session.id), at }),
  )
  if (refusal) throw refusal
}

/**
 * Uses up the proof that was given for an always-asked action, in the transaction of that action.
 * @throws Problem step-up-required when there is none: never given, for another action, spent, or too old
 */
export async function spendGrant(tx: Tx, sessionId: string, purpose: StepUpPurpose, now: number) {
  const { sessions: table } = tx.tables
  const [spent] = await tx
    .update(table)
    .set({ grantPurpose: null, grantExpiresAt: null })
    .where(
      and(eq(table.id, sessionId), inArray(table.grantPurpose, [purpose, ANY_PURPOSE]), gt(table.grantExpiresAt, now)),
    )
    .returning({ id: table.id })
  if (!spent) throw new Problem('step-up-required')
}
