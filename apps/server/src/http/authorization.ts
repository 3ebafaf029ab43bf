import { Problem } from '@latchkey/contract/problem'
import type { Exchange } from './exchange.ts'

/** What a program shows in `Authorization`; `other` is a scheme that opens nothing here. */
export type Authorization =
  | { scheme: 'bearer'; token: string }
  /** null: what came cannot be read as a name and a password */
  | { scheme: 'basic'; shown: { username: string; password: string } | null }
  | { scheme: 'other' }

/** as in contract/fields */
const LONGEST_NAME = 128
const LONGEST_PASSWORD = 1024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads the header (RFC 9110 section 11.6.2).
 * @returns null when nothing is shown
 * @throws Problem malformed-request when two are shown, and nobody can say which was meant
 */
export function readAuthorization({ incoming: { headers, rawHeaders } }: Exchange): Authorization | null {
  const header = headers.authorization
  if (header === undefined) return null
  const names = rawHeaders.filter((_, i) => i % 2 === 0)
  if (names.filter((name) => name.toLowerCase() === 'authorization').length > 1) throw new Problem('malformed-request')

  const [, scheme = '', value = ''] = /^(\S+)(?: +(.*))?$/.exec(header.trim()) ?? []
  if (/^bearer$/i.test(scheme)) return { scheme: 'bearer', token: value }
  if (/^basic$/i.test(scheme)) return { scheme: 'basic', shown: readBasic(value) }
  return { scheme: 'other' }
}

/**
 * Name and password, strictly: base64 and UTF-8 that are such, no control characters, split at the first colon, neither
 * half empty or longer than the form would take (RFC 7617 section 2).
 */
function readBasic(value: string) {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return null
  try {
    const text = utf8.decode(Buffer.from(value, 'base64'))
    const [, username, password] = /^([^:]+):(.+)$/s.exec(text) ?? []
    if (!username || !password || /\p{Cc}/u.test(text)) return null
    return username.length <= LONGEST_NAME && password.length <= LONGEST_PASSWORD ? { username, password } : null
  } catch {
    return null
  }
}

const BEARER = 'Bearer realm="Latchkey"'
const BASIC = 'Basic realm="Latchkey: user name and API password", charset="UTF-8"'

/**
 * What an answer says of the credentials it would take (RFC 9110 section 11.6.1, RFC 6750 section 3). Basic is not
 * offered to a browser's own request: the browser would ask with a window of its own.
 */
export function challenge(
  exchange: Exchange,
  problem: unknown,
  credentials: readonly string[],
): Record<string, string> {
  if (!(problem instanceof Problem)) return {}
  const { code, status } = problem
  const isKey = exchange.header('authorization')?.toLowerCase().startsWith('bearer') ?? false
  if (code === 'forbidden') return isKey ? { 'WWW-Authenticate': `${BEARER}, error="insufficient_scope"` } : {}
  if (status !== 401 || !credentials.includes('key')) return {}
  const bearer = code === 'invalid-api-key' ? `${BEARER}, error="invalid_token"` : BEARER
  const isBrowser = exchange.header('sec-fetch-site') !== undefined
  return { 'WWW-Authenticate': credentials.includes('basic') && !isBrowser ? `${BASIC}, ${bearer}` : bearer }
}
