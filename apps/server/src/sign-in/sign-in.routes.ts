import * as endpoints from '@latchkey/contract/sign-in'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import { enrol } from './enrolment.ts'
import { chooseNewPassword } from './new-password.ts'
import { showSecondFactor } from './second-factor.ts'
import * as signIn from './sign-in.ts'

export function signInRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.signIn, ({ body, exchange }) => signIn.signIn(deps, exchange, body))
  serve(endpoints.showSecondFactor, ({ body, exchange }) => showSecondFactor(deps, exchange, body))
  serve(endpoints.chooseNewPassword, ({ body, exchange }) => chooseNewPassword(deps, exchange, body.newPassword))
  serve(endpoints.enrolAtSignIn, ({ body, exchange }) => enrol(deps, exchange, body.code))
  serve(endpoints.signOut, ({ exchange }) => signIn.signOut(deps, exchange))
}
