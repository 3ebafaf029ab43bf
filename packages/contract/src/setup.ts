import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'
import { displayName, email, password, username } from './fields.ts'

export const getSetup = endpoint('GET', '/setup', {
  summary: 'Whether the first administrator is still to be made',
  callers: 'anybody',
  reply: z.object({ needed: z.boolean() }),
})

export const completeSetup = endpoint('POST', '/setup', {
  summary: 'Make the first administrator with the one-time setup link',
  callers: 'anybody',
  body: z.strictObject({
    token: z.string().check(z.minLength(1), z.maxLength(128)),
    username,
    displayName,
    password,
    email: z.optional(email),
  }),
  reply: z.object({ status: z.literal('signed-in') }),
  status: 201,
  problems: ['wrong-setup-link', 'not-found', 'too-many-attempts', 'busy'],
})
