import { randomUUID } from 'node:crypto'
import type { Tx } from '@latchkey/db/db'
import type { Caller } from '../http/caller.ts'
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
  | 'api-key.generated'
  | 'api-key.revoked'
  /** where policy lets a key be copied */
  | 'api-key.shown'
  | 'api-password.generated'
  | 'api-password.revoked'
  /** a wrong password over HTTP Basic, or one that is not accepted there */
  | 'basic.refused'
  /** a credential that came over plain http */
  | 'credential.in-clear'
  | 'download-link.made'
  | 'download-link.used'
  | 'download-link.revoked'
  | 'session.ended'
  | 'sessions.ended'

/** Who did it, through which door, from where. */
export type Actor = {
  kind: 'browser' | 'api-key' | 'basic' | 'download-link' | 'command-line' | 'setup-link'
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

const doors = { cookie: 'browser', key: 'api-key', basic: 'basic' } as const

/** The actor of a request by a caller, whichever credential they showed. */
export const actorOf = (exchange: Exchange, caller: Caller): Actor => ({
  kind: doors[caller.credential],
  userId: caller.user.id,
  sessionId: caller.credential === 'cookie' ? caller.session.id : null,
  exchange,
})

/** Somebody who is not known, at one of the doors. */
export const strangerActor = (exchange: Exchange, kind: Actor['kind']): Actor => ({ kind, userId: null, exchange })

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
