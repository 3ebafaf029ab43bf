import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CODE_BYTES,
  formatRecoveryCode,
  formatSetLabel,
  hashRecoveryCode,
  LABEL_BYTES,
  readRecoveryCode,
  SET_SIZE,
  tailOf,
  typedBack,
} from './recovery-codes.ts'

const bytes = fc.uint8Array({ minLength: CODE_BYTES, maxLength: CODE_BYTES })
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

test('RC-01 a set has ten codes, and a code at least 112 bits', () => {
  expect(SET_SIZE).toBe(10)
  const code = formatRecoveryCode(new Uint8Array(CODE_BYTES))
  expect(code.replaceAll('-', '').length * Math.log2(ALPHABET.length)).toBeGreaterThanOrEqual(112)
})

test('RC-01 codes are four groups of six, in letters nobody mixes up when reading aloud', () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const code = formatRecoveryCode(random)
      expect(code).toMatch(/^[2-9A-HJ-NP-Z]{6}(-[2-9A-HJ-NP-Z]{6}){3}$/)
    }),
  )
})

test('RC-01 no bit is lost: different bytes make different codes', () => {
  fc.assert(
    fc.property(bytes, fc.nat({ max: CODE_BYTES * 8 - 1 }), (random, bit) => {
      const other = Uint8Array.from(random)
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(formatRecoveryCode(other)).not.toBe(formatRecoveryCode(random))
    }),
  )
})

test('RC-01 a thousand codes are all different and every letter is as likely as any other', () => {
  const codes = Array.from({ length: 1000 }, () => formatRecoveryCode(randomBytes(CODE_BYTES)))
  expect(new Set(codes).size).toBe(1000)
  const seen = new Map([...ALPHABET].map((letter) => [letter, 0]))
  for (const letter of codes.join('').replaceAll('-', '')) seen.set(letter, (seen.get(letter) ?? 0) + 1)
  expect([...seen.keys()].join('')).toBe(ALPHABET)
  const expected = (1000 * 24) / ALPHABET.length
  const chiSquared = [...seen.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(chiSquared).toBeLessThan(95) // 31 degrees of freedom: exceeded by chance less than once in ten million runs
})

test('RC-01 exactly, over the alphabet: each of the 32 values of five bits is one letter', () => {
  const first = Array.from(
    { length: 32 },
    (_, value) => formatRecoveryCode(Uint8Array.of(value << 3, ...Array(14).fill(0)))[0],
  )
  expect(first.join('')).toBe(ALPHABET)
})

test.each([
  ['as shown', (code: string) => code],
  ['in small letters', (code: string) => code.toLowerCase()],
  ['without hyphens', (code: string) => code.replaceAll('-', '')],
  ['with blanks instead', (code: string) => ` ${code.replaceAll('-', ' ')} `],
  ['small and joined', (code: string) => code.replaceAll('-', '').toLowerCase()],
  ['letter by letter', (code: string) => [...code].join(' ')],
])('RC-01 a code typed %s is the same code', (_, type) => {
  fc.assert(
    fc.property(bytes, (random) => {
      const code = formatRecoveryCode(random)
      expect(hashRecoveryCode(type(code))).toBe(hashRecoveryCode(code))
      expect(readRecoveryCode(readRecoveryCode(type(code)))).toBe(readRecoveryCode(code))
    }),
  )
})

test('RC-02 what is stored is a SHA-256 that does not hold the code', () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const code = formatRecoveryCode(random)
      expect(hashRecoveryCode(code)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(hashRecoveryCode(code)).not.toContain(code.slice(0, 6))
    }),
  )
  expect(hashRecoveryCode('222222-222222-222222-222222')).toBe('HqP-2K41bMqSulIiZ6Tr-JTrMfCrgNRpfYXq1lNXeuw')
})

test('the name of a set is four characters', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: LABEL_BYTES, maxLength: LABEL_BYTES }), (random) => {
      expect(formatSetLabel(random)).toMatch(/^[2-9A-HJ-NP-Z]{4}$/)
    }),
  )
})

test('RC-04 a code is typed back whole or by its last group, in any spelling, and by nothing in between', () => {
  const code = formatRecoveryCode(Uint8Array.from({ length: CODE_BYTES }, (_, i) => i * 17))
  const tail = code.slice(-6)
  for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ' ')]) {
    expect(typedBack(typed)).toBe('whole')
    expect(tailOf(typed)).toBe(tail)
  }
  for (const typed of [tail, ` ${tail.toLowerCase()} `, `${tail.slice(0, 3)}-${tail.slice(3)}`]) {
    expect(typedBack(typed)).toBe('tail')
    expect(tailOf(typed)).toBe(tail)
  }
  for (const typed of [code.slice(7), `2${tail}`, tail.slice(1), '']) expect(typedBack(typed)).toBe('neither')
})
