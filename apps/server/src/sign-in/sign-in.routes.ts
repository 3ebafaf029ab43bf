import * as endpoints from '@latchkey/contract/sign-in'
import type { Deps } from '../deps.ts'
import type { Serve } from '../http/serve.ts'
import * as signIn from './sign-in.ts'

export function signInRoutes(serve: Serve, deps: Deps) {
  serve(endpoints.signIn, ({ body, exchange }) => signIn.signIn(deps, exchange, body))
  serve(endpoints.showSecondFactor, ({ body, exchange }) => signIn.showSecondFactor(deps, exchange, body))
  serve(endpoints.signOut, ({ exchange }) => signIn.signOut(deps, exchange))
}
