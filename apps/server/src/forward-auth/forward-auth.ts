import { Problem } from '@latchkey/contract/problem'
import type { Config } from '../config.ts'
import type { Caller } from '../http/caller.ts'
import type { Exchange } from '../http/exchange.ts'

/** Tells a proxy who is calling the service behind it, in the headers such services read. */
export function answer({ user }: Caller, exchange: Exchange) {
  exchange.extraHeaders = {
    'Remote-User': user.username,
    'Remote-Name': utf8(user.displayName),
    'Remote-Email': utf8(user.email ?? ''),
    'Remote-Groups': user.role,
  }
}

/** A header carries bytes: those of UTF-8, one character each. */
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/**
 * Where to send a browser nobody is signed in with: to sign in, and back from there. Only a proxy that passes our
 * answer on may get one (nginx makes an error of it), and such a proxy says what was asked for in X-Forwarded-Uri.
 * @returns null when the answer is to stay a refusal
 */
export function signInAddress({ publicUrl, forwardAuthOrigins }: Config, exchange: Exchange): string | null {
  const [proto, host, uri] = ['proto', 'host', 'uri'].map((name) => exchange.header(`x-forwarded-${name}`))
  if (!uri || !exchange.header('accept')?.includes('text/html')) return null
  const wanted = allowed(`${proto}://${host}${uri}`, forwardAuthOrigins)
  if (!wanted) return null
  const signIn = new URL('/sign-in', publicUrl)
  signIn.searchParams.set('return_to', wanted)
  return signIn.href
}

/** @throws Problem invalid-input */
export function returnAddress({ forwardAuthOrigins }: Config, wanted: string) {
  const url = allowed(wanted, forwardAuthOrigins)
  if (!url) throw new Problem('invalid-input', { errors: [{ pointer: '/url', code: 'invalid' }] })
  return { url }
}

/** An address as a browser reads it, when its origin is one of these, compared whole; null otherwise. */
function allowed(wanted: string, origins: readonly string[]): string | null {
  const url = URL.parse(wanted)
  if (!url || url.username || url.password || !origins.includes(url.origin)) return null
  return url.href
}
