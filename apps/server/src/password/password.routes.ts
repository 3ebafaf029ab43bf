import * as endpoints from '@latchkey/contract/password'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import { passwordRules } from '../new-password/new-password.ts'
import * as password from './password.ts'

export function passwordRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.getPasswordRules, () => passwordRules(deps))
  serve(endpoints.changePassword, ({ caller, body, exchange }) => password.change(deps, caller, exchange, body))
}
