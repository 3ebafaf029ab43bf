import { looksLikeToken } from '@latchkey/auth-core/secret-token'
import type { Exchange } from './exchange.ts'

/**
 * The cookies of Latchkey. `sign-in` lives between two steps and opens nothing but the next one; `browser` opens
 * nothing at all (sessions/known-browsers).
 */
export type CookieName = 'session' | 'sign-in' | 'browser'

/** `__Host-` ties a cookie to this very host (RFC 6265bis section 4.1.3.2); browsers take it over https only. */
const fullName = (name: CookieName, secure: boolean) => `${secure ? '__Host-' : ''}latchkey-${name}`

/**
 * The token in a cookie. Null when there is none, when it cannot be a token, or when the cookie was sent twice:
 * somebody then put one of them there, and nobody can say which.
 */
export function readCookie(exchange: Exchange, name: CookieName): string | null {
  const header = exchange.header('cookie')
  if (header === undefined) return null
  const prefix = `${fullName(name, exchange.isSecure)}=`
  // Blanks and nothing else (RFC 6265 section 5.2): what more is trimmed, a proxy in front may read differently
  const sent = header.split(';').map((pair) => pair.replaceAll(/^[ \t]+|[ \t]+$/g, ''))
  const [value, ...more] = sent.filter((pair) => pair.startsWith(prefix)).map((pair) => pair.slice(prefix.length))
  return value && more.length === 0 && looksLikeToken(value) ? value : null
}

/** Hands a token to the browser: no Max-Age, so that it ends with the browser at the latest. */
export const giveCookie = (exchange: Exchange, name: CookieName, token: string) =>
  set(exchange, name, `${token}; Path=/; HttpOnly; SameSite=Strict`)

/** Hands out one that outlives the browser. @param lifetime milliseconds */
export const leaveCookie = (exchange: Exchange, name: CookieName, token: string, lifetime: number) =>
  set(exchange, name, `${token}; Max-Age=${Math.floor(lifetime / 1000)}; Path=/; HttpOnly; SameSite=Strict`)

export const takeCookie = (exchange: Exchange, name: CookieName) =>
  set(exchange, name, '; Max-Age=0; Path=/; HttpOnly; SameSite=Strict')

function set(exchange: Exchange, name: CookieName, rest: string) {
  const full = fullName(name, exchange.isSecure)
  exchange.setCookies.set(name, `${full}=${rest}${exchange.isSecure ? '; Secure' : ''}`)
}
