import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  API_CREDENTIAL_BYTES,
  API_CREDENTIAL_LIFETIME,
  type ApiCredentialKind,
  formatApiCredential,
  hashApiCredential,
  hintOf,
  looksLikeApiCredential,
  overlaps,
} from './api-credential.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const kinds: [ApiCredentialKind, string][] = [
  ['api-key', 'lk_'],
  ['api-password', 'lkp_'],
  ['download', 'lkd_'],
]
const make = (kind: ApiCredentialKind) => formatApiCredential(kind, randomBytes(API_CREDENTIAL_BYTES))

/** CRC-32 of ISO 3309 bit by bit and base62 digit by digit: written a second time, so that the product is not asked. */
function checksumOf(text: string): string {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  let rest = (crc ^ 0xffffffff) >>> 0
  let digits = ''
  for (let n = 0; n < 6; n++) {
    digits = ALPHABET[rest % 62] + digits
    rest = Math.floor(rest / 62)
  }
  return digits
}

test('the CRC these tests compare with is the one of the standard', () => {
  // the check value of CRC-32/ISO-HDLC for "123456789" is cbf43926, which is 3421780262
  const digits = [...checksumOf('123456789')].map((digit) => ALPHABET.indexOf(digit))
  expect(digits.reduce((number, digit) => number * 62 + digit, 0)).toBe(0xcbf43926)
})

describe.each(kinds)('AK-01 a credential of kind %s', (kind, prefix) => {
  test('has its prefix, 30 random characters and the CRC-32 of both in base62', () => {
    for (let n = 0; n < 500; n++) {
      const value = make(kind)
      expect(value).toMatch(new RegExp(`^${prefix}[0-9A-Za-z]{36}$`))
      expect(value.slice(-6)).toBe(checksumOf(value.slice(0, -6)))
      expect(looksLikeApiCredential(kind, value)).toBe(true)
    }
  })

  test('every single slip is caught: a wrong character, a missing one, one too many, two in the wrong order', () => {
    const value = make(kind)
    for (let at = 0; at < value.length; at++) {
      const [before, after] = [value.slice(0, at), value.slice(at + 1)]
      for (const other of `${ALPHABET}_- `)
        if (other !== value[at]) expect(looksLikeApiCredential(kind, before + other + after)).toBe(false)
      expect(looksLikeApiCredential(kind, before + after)).toBe(false)
      expect(looksLikeApiCredential(kind, `${value.slice(0, at)}a${value.slice(at)}`)).toBe(false)
      const swapped = before + (after[0] ?? '') + value[at] + after.slice(1)
      if (swapped !== value) expect(looksLikeApiCredential(kind, swapped)).toBe(false)
    }
    for (const around of [` ${value}`, `${value} `, `${value}\n`, `"${value}"`, value.toUpperCase(), ''])
      expect(looksLikeApiCredential(kind, around)).toBe(false)
  })

  test('looks like no other kind, not even with the right checksum for it', () => {
    const value = make(kind)
    for (const [other, otherPrefix] of kinds.filter(([one]) => one !== kind)) {
      expect(looksLikeApiCredential(other, value)).toBe(false)
      const dressed = otherPrefix + value.slice(prefix.length, -6)
      expect(looksLikeApiCredential(kind, dressed + checksumOf(dressed))).toBe(false)
      expect(looksLikeApiCredential(other, dressed + checksumOf(dressed))).toBe(true)
    }
  })

  test('is one word to a double click', () => {
    expect(make(kind)).toMatch(/^\w+$/)
  })

  test('AK-02 its hint tells which one it is by eight characters of thirty-six', () => {
    const value = make(kind)
    expect(hintOf(value)).toBe(`${prefix}${value.slice(prefix.length, prefix.length + 4)}…${value.slice(-4)}`)
  })
})

test('CR-01 every character is as likely as any other in every place, and all of the randomness counts', () => {
  const runs = 20_000
  const counts = Array.from({ length: 30 }, () => new Map<string, number>())
  const seen = new Set<string>()
  for (let n = 0; n < runs; n++) {
    const random = make('api-key').slice(3, 33)
    seen.add(random)
    for (const [at, digit] of [...random].entries()) counts[at]?.set(digit, (counts[at].get(digit) ?? 0) + 1)
  }
  expect(seen.size).toBe(runs)
  const expected = runs / 62
  for (const count of counts) {
    const squares = [...ALPHABET].map((digit) => ((count.get(digit) ?? 0) - expected) ** 2 / expected)
    // chi-square with 61 degrees of freedom: beyond 140 once in some thirty million tries
    expect(squares.reduce((sum, square) => sum + square, 0)).toBeLessThan(140)
  }
})

test('CR-01 what remains when 256 bits become 30 characters favours none by more than one in a billion', () => {
  const [all, held] = [2n ** BigInt(8 * API_CREDENTIAL_BYTES), 62n ** 30n]
  expect(all / held).toBeGreaterThan(10n ** 9n)
  expect(held).toBeGreaterThan(2n ** 178n)
})

test('made of the lowest and the highest bytes it still has its length', () => {
  for (const fill of [0, 255]) {
    const value = formatApiCredential('api-key', Buffer.alloc(API_CREDENTIAL_BYTES, fill))
    expect(looksLikeApiCredential('api-key', value)).toBe(true)
  }
})

test('AK-02 what is stored is its SHA-256, and it lasts a year at most', () => {
  const value = make('api-key')
  expect(hashApiCredential(value)).toBe(createHash('sha256').update(value).digest('base64url'))
  expect(API_CREDENTIAL_LIFETIME).toBe(365 * 86_400_000)
  expect(overlaps).toEqual({ none: 0, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 })
})
