import * as apiKey from './api-key.ts'
import * as apiPassword from './api-password.ts'
import * as downloads from './downloads.ts'
import type { Endpoint } from './endpoint.ts'
import * as forwardAuth from './forward-auth.ts'
import * as introspection from './introspection.ts'
import * as password from './password.ts'
import * as policy from './policy.ts'
import * as profile from './profile.ts'
import * as recoveryCodes from './recovery-codes.ts'
import * as sessions from './sessions.ts'
import * as setup from './setup.ts'
import * as signIn from './sign-in.ts'
import * as stepUp from './step-up.ts'
import * as twoFactor from './two-factor.ts'
import * as users from './users.ts'

const isEndpoint = (member: unknown): member is Endpoint =>
  typeof member === 'object' && member !== null && 'method' in member && 'path' in member

/**
 * Every operation by its feature, in the order of the API document. Only the server and the tests import this:
 * a page of the browser app imports the one file it needs.
 */
export const endpoints: { feature: string; name: string; endpoint: Endpoint }[] = Object.entries({
  setup,
  'sign-in': signIn,
  'step-up': stepUp,
  profile,
  password,
  'two-factor': twoFactor,
  'recovery-codes': recoveryCodes,
  'api-key': apiKey,
  'api-password': apiPassword,
  sessions,
  downloads,
  users,
  policy,
  introspection,
  'forward-auth': forwardAuth,
}).flatMap(([feature, members]) =>
  Object.entries(members)
    .filter(([, member]) => isEndpoint(member))
    .map(([name, member]) => ({ feature, name, endpoint: member as Endpoint })),
)
