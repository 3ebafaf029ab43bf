import * as endpoints from '@latchkey/contract/two-factor'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as twoFactor from './two-factor.ts'

export function twoFactorRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getTwoFactor, ({ caller }) => twoFactor.show(deps.db, caller.user.id))
  serve(endpoints.beginAuthenticator, ({ caller }) => twoFactor.begin(deps, caller))
  serve(endpoints.validateAuthenticator, ({ caller, body, exchange }) =>
    twoFactor.validate(deps, caller, exchange, body.code),
  )
  serve(endpoints.cancelAuthenticator, ({ caller }) => twoFactor.cancel(deps, caller))
  serve(endpoints.setUpLater, ({ caller, exchange }) => twoFactor.press(deps, caller, exchange, 'set-up-later'))
  serve(endpoints.cancelSetUp, async ({ caller, exchange }) => {
    await twoFactor.press(deps, caller, exchange, 'cancel-set-up')
  })
  serve(endpoints.resetSecret, ({ caller, exchange }) => twoFactor.press(deps, caller, exchange, 'reset-secret'))
  serve(endpoints.deactivateTwoFactor, async ({ caller, exchange }) => {
    await twoFactor.press(deps, caller, exchange, 'deactivate')
  })
}
