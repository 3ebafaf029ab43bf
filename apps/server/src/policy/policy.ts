import type { BodyOf } from '@latchkey/contract/endpoint'
import type { updatePolicy } from '@latchkey/contract/policy'
import { Problem } from '@latchkey/contract/problem'
import * as activity from '../activity/activity.ts'
import * as apiKeys from '../credentials/api-keys.ts'
import type { Deps } from '../deps.ts'
import type { Caller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'
import { readPolicy } from '../installation/installation.ts'
import * as sessions from '../sessions/sessions.ts'

/** Changes what is given. Everybody is judged by the new policy from their next request on. */
export const update = (deps: Deps, caller: Caller, exchange: Exchange, changes: BodyOf<typeof updatePolicy>) =>
  sessions.changeOwn(deps, caller, async (tx, { rights }, at) => {
    if (!rights.includes('policy:write')) throw new Problem('forbidden')
    if (Object.keys(changes).length > 0) {
      await tx.update(tx.tables.policy).set(changes)
      if (changes.apiKeyVisibility === 'once') await apiKeys.forgetValues(tx)
      const detail = changes as Record<string, string | number | boolean> // JSON has no undefined
      const actor = activity.actorOf(exchange, caller)
      await activity.record(tx, { event: 'policy.changed', subject: null, actor, at, detail })
    }
    return readPolicy(tx)
  })
