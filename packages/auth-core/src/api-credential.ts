import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * Credentials for programs, in one form: a prefix that names the kind, 30 random characters (178 bits) and a checksum,
 * so that scanners of leaked code know one when they see it, a slip of the keyboard costs no look-up, and a double
 * click marks the whole.
 */
const prefixes = { 'api-key': 'lk_', 'api-password': 'lkp_', download: 'lkd_' } as const
export type ApiCredentialKind = keyof typeof prefixes

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 30
const CHECKSUM_LENGTH = 6
/** Random bytes one is made of: so many more than it holds that no character is likelier than another. */
export const API_CREDENTIAL_BYTES = 32

/** A key, password or download token lasts a year at most, in milliseconds. */
export const API_CREDENTIAL_LIFETIME = 365 * 24 * 60 * 60_000

/** @param bytes API_CREDENTIAL_BYTES of randomness @returns the credential as it travels */
export function formatApiCredential(kind: ApiCredentialKind, bytes: Uint8Array): string {
  const number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  const text = prefixes[kind] + base62(number, RANDOM_LENGTH)
  return text + checksum(text)
}

/** Whether a presented value can be one of this kind at all: form and checksum (CRC-32 as in ISO 3309, in base62). */
export function looksLikeApiCredential(kind: ApiCredentialKind, value: string): boolean {
  const prefix = prefixes[kind]
  if (value.length !== prefix.length + RANDOM_LENGTH + CHECKSUM_LENGTH || !value.startsWith(prefix)) return false
  if (!/^[0-9A-Za-z]+$/.test(value.slice(prefix.length))) return false
  return value.endsWith(checksum(value.slice(0, -CHECKSUM_LENGTH)))
}

/** What is stored of one: its SHA-256 in base64url. 178 random bits need no slow hash. */
export const hashApiCredential = (value: string): string => hash('sha256', value, 'base64url')

/** Its first and last characters, enough to tell which one it is. */
export function hintOf(value: string): string {
  const shown = value.indexOf('_') + 1 + 4
  return `${value.slice(0, shown)}…${value.slice(-4)}`
}

/** Worked out at every request: in numbers, because big integers take several times as long. */
function checksum(text: string): string {
  let digits = ''
  for (let rest = crc32(text); digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / 62))
    digits = DIGITS[rest % 62] + digits
  return digits
}

/** The lowest digits of a number in base 62, filled up with zeros. */
function base62(number: bigint, length: number): string {
  let text = ''
  for (let rest = number; text.length < length; rest /= 62n) text = DIGITS[Number(rest % 62n)] + text
  return text
}

/** How long a key goes on working beside its successor, in milliseconds. */
export const overlaps = { none: 0, '1h': 60 * 60_000, '24h': 24 * 60 * 60_000, '7d': 7 * 24 * 60 * 60_000 } as const
