import { Hono } from 'hono'
import { apiKeyRoutes } from './api-key/api-key.routes.ts'
import { apiPasswordRoutes } from './api-password/api-password.routes.ts'
import { makeIdentify } from './callers/identify.ts'
import type { Deps } from './deps.ts'
import { downloadRoutes } from './downloads/downloads.routes.ts'
import { forwardAuthRoutes } from './forward-auth/forward-auth.routes.ts'
import { healthRoutes } from './health/health.ts'
import { securityHeaders } from './http/security-headers.ts'
import { type App, makeServe } from './http/serve.ts'
import { serveApiDocs, serveStatic } from './http/static.ts'
import { introspectionRoutes } from './introspection/introspection.routes.ts'
import { openapiRoutes } from './openapi/openapi.routes.ts'
import { passwordRoutes } from './password/password.routes.ts'
import { policyRoutes } from './policy/policy.routes.ts'
import { profileRoutes } from './profile/profile.routes.ts'
import { recoveryCodeRoutes } from './recovery-codes/recovery-codes.routes.ts'
import { sessionRoutes } from './sessions/sessions.routes.ts'
import { setupRoutes } from './setup/setup.routes.ts'
import { signInRoutes } from './sign-in/sign-in.routes.ts'
import { stepUpRoutes } from './step-up/step-up.routes.ts'
import { twoFactorRoutes } from './two-factor/two-factor.routes.ts'
import { userRoutes } from './users/users.routes.ts'

/** Everything this server answers to, on one screen. The folders hold what was built for browsers, if it was. */
export function createApp(deps: Deps, webFolder: string | null, apiDocsFolder: string | null = null): App {
  const app: App = new Hono()
  const { serve, refuseTheRest } = makeServe(app, deps, makeIdentify(deps))
  const headers = securityHeaders(deps.config.publicUrl.protocol === 'https:')

  healthRoutes(app, deps)
  openapiRoutes(app, deps)
  if (apiDocsFolder) serveApiDocs(app, apiDocsFolder, headers)

  setupRoutes(serve, deps)
  signInRoutes(serve, deps)
  stepUpRoutes(serve, deps)
  profileRoutes(serve, deps)
  passwordRoutes(serve, deps)
  twoFactorRoutes(serve, deps)
  recoveryCodeRoutes(serve, deps)
  apiKeyRoutes(serve, deps)
  apiPasswordRoutes(serve, deps)
  sessionRoutes(serve, deps)
  downloadRoutes(serve, deps)
  userRoutes(serve, deps)
  policyRoutes(serve, deps)
  introspectionRoutes(serve, deps)
  forwardAuthRoutes(serve, deps)

  // Asked when no route fits, so that a request is matched against its own route and nothing else
  const rest: App = new Hono()
  refuseTheRest(rest)
  if (webFolder) serveStatic(rest, webFolder, headers)
  rest.notFound(() => new Response(null, { status: 404, headers: headers.api }))
  app.notFound((c) => rest.fetch(c.req.raw, c.env))
  return app
}
