import * as endpoints from '@latchkey/contract/two-factor'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as twoFactor from './two-factor.ts'

export function twoFactorRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getTwoFactor, ({ caller }) => twoFactor.show(deps, caller))
  serve(endpoints.beginAuthenticator, ({ caller }) => twoFactor.begin(deps, caller))
  serve(endpoints.validateAuthenticator, ({ caller, body, exchange }) =>
    twoFactor.validate(deps, caller, exchange, body.code),
  )
  serve(endpoints.cancelAuthenticator, ({ caller }) => twoFactor.cancel(deps, caller))
  serve(endpoints.deactivateTwoFactor, ({ caller, exchange }) => twoFactor.deactivate(deps, caller, exchange))
}
