import { randomUUID } from 'node:crypto'
import type { Tx } from '@latchkey/db/db'
import type { Exchange } from '../http/exchange.ts'

/** Everything that is remembered. `failure` is an outcome, not an event of its own. */
export type ActivityEvent =
  | 'account.created'
  /** by an administrator or the command line; `detail` says which parts */
  | 'account.changed'
  | 'account.unlocked'
  | 'policy.changed'
  | 'sign-in'
  | 'sign-in.second-factor'
  | 'sign-out'
  | 'step-up'
  | 'profile.changed'
  | 'password.changed'
  | 'two-factor.enabled'
  | 'two-factor.replaced'
  | 'two-factor.deactivated'
  | 'two-factor.pending'
  | 'two-factor.pending-cancelled'
  | 'two-factor.secret-reset'
  /** taken away by an administrator or the command line */
  | 'two-factor.reset'
  | 'two-factor.unreadable'
  | 'recovery-code.used'
  | 'recovery-codes.shown'
  | 'recovery-codes.renewed'
  | 'session.ended'
  | 'sessions.ended'

/** Who did it, through which door, from where. */
export type Actor = {
  kind: 'browser' | 'command-line' | 'setup-link'
  userId: string | null
  sessionId?: string | null
  exchange?: Exchange
}

/** The actor of a request by somebody whose account is known, or not. */
export const browserActor = (exchange: Exchange, userId: string | null, sessionId?: string): Actor => ({
  kind: 'browser',
  userId,
  sessionId: sessionId ?? null,
  exchange,
})

/**
 * Writes one row, in the transaction of the change it tells of: both are there or neither is.
 * `detail` holds facts, never secrets or anything a person typed.
 */
export async function record(
  tx: Tx,
  what: {
    event: ActivityEvent
    outcome?: 'success' | 'failure'
    /** id of the person it is about; null when no account matched */
    subject: string | null
    actor: Actor
    at: number
    detail?: Record<string, string | number | boolean>
  },
) {
  const { actor } = what
  await tx.insert(tx.tables.activity).values({
    id: randomUUID(),
    at: what.at,
    event: what.event,
    outcome: what.outcome ?? 'success',
    subjectId: what.subject,
    actorId: actor.userId,
    actorKind: actor.kind,
    sessionId: actor.sessionId ?? null,
    ipAddress: actor.exchange?.address ?? null,
    client: actor.exchange?.userAgent ?? null,
    requestId: actor.exchange?.id ?? null,
    detail: what.detail ?? null,
  })
}
