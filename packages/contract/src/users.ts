import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { displayName, email, opaqueId, password, username } from './fields.ts'
import { instant } from './instant.ts'
import { pageOf, pageQuery } from './page.ts'
import { role } from './profile.ts'
import { twoFactorStatus } from './two-factor.ts'

const user = z.object({
  id: z.string(),
  username: z.string(),
  displayName: z.string(),
  email: z.nullable(z.string()),
  role,
  enabled: z.boolean(),
  twoFactor: twoFactorStatus,
  /** an administrator demands a second factor of this person, whatever the policy says */
  requireTwoFactor: z.boolean(),
  lastSeenAt: z.nullable(instant),
  createdAt: instant,
})

const one = z.strictObject({ id: opaqueId })

export const listUsers = endpoint('GET', '/users', {
  summary: 'Everybody, by user name, a page at a time',
  callers: ['cookie', 'key', 'basic'],
  right: 'users:read',
  query: z.strictObject({
    /** part of a user name, a display name or an e-mail address */
    q: z.optional(z.string().check(z.maxLength(128), z.regex(/^[^\p{Cc}\p{Cs}]*$/u))),
    ...pageQuery,
  }),
  reply: pageOf(user),
})

export const createUser = endpoint('POST', '/users', {
  summary: 'Add somebody, who chooses a password of their own at the first sign-in',
  callers: ['cookie', 'key', 'basic'],
  right: 'users:write',
  stepUp: 'recent',
  body: z.strictObject({
    username,
    displayName,
    role,
    /** may be left out for a service, which cannot sign in */
    password: z.optional(password),
    email: z.optional(email),
  }),
  reply: user,
  status: 201,
  problems: ['already-exists', 'busy'],
})

export const getUser = endpoint('GET', '/users/:id', {
  summary: 'One person',
  callers: ['cookie', 'key', 'basic'],
  right: 'users:read',
  versioned: true,
  params: one,
  reply: user,
})

export const updateUser = endpoint('PATCH', '/users/:id', {
  summary: 'Change what is given and nothing else; refused when If-Match names a version that is past',
  callers: ['cookie', 'key', 'basic'],
  right: 'users:write',
  stepUp: 'recent',
  versioned: true,
  params: one,
  body: z.partial(
    z.strictObject({
      displayName,
      /** null takes it away */
      email: z.nullable(email),
      role,
      enabled: z.boolean(),
      /** the person chooses their own at the next sign-in */
      password,
      requireTwoFactor: z.boolean(),
      /** can be taken away and never given: only the person can prove an authenticator */
      twoFactorActive: z.literal(false),
    }),
  ),
  reply: user,
  problems: ['already-exists', 'changed-meanwhile', 'last-administrator', 'not-for-yourself', 'busy'],
})

export const endUserSessions = endpoint('DELETE', '/users/:id/sessions', {
  summary: 'Sign this person out everywhere',
  callers: ['cookie'],
  right: 'users:write',
  stepUp: 'recent',
  params: one,
})

export const revokeUserCredentials = endpoint('DELETE', '/users/:id/credentials', {
  summary: 'Revoke the API key, the API password and the download links of this person',
  callers: ['cookie'],
  right: 'users:write',
  stepUp: 'recent',
  params: one,
})

export const generateServiceKey = endpoint('POST', '/users/:id/api-key', {
  summary: 'A new API key for a service, which cannot sign in to make its own; seen this once',
  callers: ['cookie'],
  right: 'users:write',
  stepUp: 'recent',
  params: one,
  reply: z.object({ apiKey: z.string() }),
  status: 201,
  problems: ['wrong-state'],
})
