import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import type { Deps } from '../deps.ts'
import type { SessionCaller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import * as recoverySets from '../second-factor/recovery-sets.ts'
import * as sessions from '../sessions/sessions.ts'
import { spendGrant } from '../step-up/step-up.ts'

/** Shows a new set. The present one works on until the new one is confirmed, and for good if it never is. */
export const renew = (deps: Deps, caller: SessionCaller, exchange: Exchange) =>
  sessions.changeOwn(deps, caller, async (tx, { user, session, authenticatorId }, at) => {
    if (!authenticatorId) throw new Problem('wrong-state')
    await spendGrant(tx, session.id, 'recovery-codes.renew', at)
    const { codes, label } = await recoverySets.issueWaiting(tx, deps.secretBox, user.id, at)
    const actor = activity.browserActor(exchange, user.id, session.id)
    await activity.record(tx, { event: 'recovery-codes.shown', subject: user.id, actor, at, detail: { set: label } })
    return { recoveryCodes: codes, recoverySetId: label }
  })

/** The sheet is at hand, one of its codes was typed back: the new set takes the place of the old one. */
export async function confirm(deps: Deps, caller: SessionCaller, exchange: Exchange, typed: string) {
  const { db, now, secretBox } = deps
  const waiting = await db.write((tx) => recoverySets.takeTry(tx, caller.user.id, now()))
  if (!waiting) throw new Problem('no-longer-valid')

  const verdict = await sessions.changeOwn(deps, caller, async (tx, { user, session }, at) => {
    const row = { subject: user.id, actor: activity.browserActor(exchange, user.id, session.id), at }
    const verdict = await recoverySets.confirm(tx, secretBox, waiting, { typed, now: at })
    if (verdict.ok)
      await activity.record(tx, { ...row, event: 'recovery-codes.renewed', detail: { set: verdict.label } })
    else await activity.record(tx, { ...row, event: 'recovery-codes.renewed', outcome: 'failure' })
    return verdict
  })
  if (verdict.ok) return
  if (verdict.reason === 'gone') throw new Problem('no-longer-valid')
  throw new Problem('wrong-code', { pointer: '/recoveryCode' })
}
