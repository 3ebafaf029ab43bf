import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatToken, hashToken, looksLikeToken, TOKEN_BYTES } from './secret-token.ts'

const tokens = fc.uint8Array({ minLength: TOKEN_BYTES, maxLength: TOKEN_BYTES }).map(formatToken)

test('CR-01 a token has 256 bits, written as 43 characters that cookies and links carry unchanged', () => {
  expect(TOKEN_BYTES * 8).toBe(256)
  fc.assert(
    fc.property(tokens, (token) => {
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(looksLikeToken(token)).toBe(true)
      expect(encodeURIComponent(token)).toBe(token)
    }),
  )
})

test('CR-01 one flipped bit makes another token and another hash', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: TOKEN_BYTES, maxLength: TOKEN_BYTES }),
      fc.nat({ max: TOKEN_BYTES * 8 - 1 }),
      (bytes, bit) => {
        const other = Uint8Array.from(bytes)
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(formatToken(other)).not.toBe(formatToken(bytes))
        expect(hashToken(formatToken(other))).not.toBe(hashToken(formatToken(bytes)))
      },
    ),
  )
})

test('SE-01 the hash of a token is its SHA-256 and is not itself the token of anything stored', () => {
  expect(hashToken('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0') // FIPS 180-4, the "abc" example
  fc.assert(
    fc.property(tokens, (token) => {
      expect(hashToken(hashToken(token))).not.toBe(hashToken(token))
    }),
  )
})

test.each([
  '',
  'a'.repeat(42),
  'a'.repeat(44),
  `${'a'.repeat(42)}=`,
  `${'a'.repeat(42)} `,
  `${'a'.repeat(43)}\n`,
  `${'a'.repeat(42)}é`,
])('%j is not taken for a token', (value) => {
  expect(looksLikeToken(value)).toBe(false)
})

test('CR-01 a hundred thousand tokens are all different and each bit is set half of the time', () => {
  const count = 100_000
  const all = randomBytes(count * TOKEN_BYTES)
  const seen = new Set<string>()
  let ones = 0
  for (let i = 0; i < count; i++) {
    const bytes = all.subarray(i * TOKEN_BYTES, (i + 1) * TOKEN_BYTES)
    seen.add(formatToken(bytes))
    for (let rest = bytes.readUInt32BE(i % 28); rest !== 0; rest &= rest - 1) ones++
  }
  expect(seen.size).toBe(count)
  // monobit: 3.2 million bits have a standard deviation of 894; six of them happen once in 500 million runs
  expect(Math.abs(ones - count * 16)).toBeLessThan(6 * Math.sqrt((count * 32) / 4))
})
