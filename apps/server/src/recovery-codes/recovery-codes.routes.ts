import * as endpoints from '@latchkey/contract/recovery-codes'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as recoveryCodes from './recovery-codes.ts'

export function recoveryCodeRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.renewRecoveryCodes, ({ caller, exchange }) => recoveryCodes.renew(deps, caller, exchange))
  serve(endpoints.confirmRecoveryCodes, ({ caller, body, exchange }) =>
    recoveryCodes.confirm(deps, caller, exchange, body.recoveryCode),
  )
}
