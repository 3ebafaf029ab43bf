import * as z from 'zod/mini'
import { endpoint } from './endpoint.ts'

export const forwardAuth = endpoint('GET', '/forward-auth', {
  summary: 'For a proxy in front of another service: who is calling, in headers',
  callers: ['cookie', 'key', 'basic'],
  right: 'account:read',
  status: 200,
  headers: z.object({
    'Remote-User': z.string(),
    /** the bytes of its UTF-8 form */
    'Remote-Name': z.string(),
    'Remote-Email': z.string(),
    'Remote-Groups': z.string(),
  }),
  redirects: 'A browser that came through a proxy which passes answers on (X-Forwarded-Uri) is sent to sign in',
})

export const getReturnAddress = endpoint('GET', '/forward-auth/return-address', {
  summary: 'Where a browser may go back to after signing in: the address asked for, if its origin is an allowed one',
  callers: 'anybody',
  query: z.strictObject({ url: z.string().check(z.minLength(1), z.maxLength(4096)) }),
  reply: z.object({ url: z.string() }),
})
