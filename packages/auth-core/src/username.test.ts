import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, canonicalEmail, readUsername } from './username.ts'

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'Z',
      '9',
      '.',
      '_',
      '-',
      ':',
      'ａ',
      'ı',
      'İ',
      'ß',
      'ﬁ',
      'Σ',
      'ς',
      '\u0345',
      '\u200b',
      '\u202e',
      'K',
      'Å',
      '①',
      '\u0307',
    ),
  }),
)

describe('SI-05 the canonical form', () => {
  test('of a canonical form is itself', () => {
    fc.assert(
      fc.property(anything, (typed) => {
        expect(canonical(canonical(typed))).toBe(canonical(typed))
      }),
      { numRuns: 2000 },
    )
  })

  test('of a single code point is stable too, for every one there is', () => {
    const unstable: string[] = []
    for (let point = 0; point <= 0x10ffff; point++) {
      const once = canonical(String.fromCodePoint(point))
      if (canonical(once) !== once) unstable.push(point.toString(16))
    }
    expect(unstable).toEqual([])
  })

  test('is one for all ways to write the same name', () => {
    for (const typed of ['alice', 'Alice', 'ALICE', 'ａｌｉｃｅ', 'ＡＬＩＣＥ', 'ⓐⓛⓘⓒⓔ'])
      expect(canonical(typed)).toBe('alice')
  })
})

describe('SI-05 a user name', () => {
  test.each(['alice', 'ALICE', 'ａｌｉｃｅ'])('%s reads as alice', (typed) => {
    expect(readUsername(typed)).toEqual({ ok: true, username: 'alice' })
  })

  test.each([
    ['аlice', 'with a Cyrillic letter'],
    ['ali\u200bce', 'with a zero-width space'],
    ['al:ice', 'with a colon'],
    ['alice\u0000', 'with a NUL'],
    ['alıce', 'with a dotless i'],
    ['ali\u202ece', 'with a change of direction'],
    ['alice\n', 'with a line feed'],
    [' alice', 'with a blank before it'],
    ['.alice', 'that begins with a full stop'],
    ['-alice', 'that begins with a hyphen'],
    ['al/ice', 'with a slash'],
    ['al@ice', 'with an at sign'],
    ['ali\ud800ce', 'with half a surrogate pair'],
    ['İlse', 'whose lower case has a combining dot'],
  ])('%j, %s, is refused', (typed) => {
    expect(readUsername(typed)).toEqual({ ok: false, reason: 'invalid' })
  })

  test.each([
    ['', 'too-short'],
    ['a', 'too-short'],
    ['a'.repeat(64), 'too-long'],
  ])('of a wrong length is told so', (typed, reason) => {
    expect(readUsername(typed)).toEqual({ ok: false, reason })
  })

  test.each(['ab', '0x', 'a'.repeat(63), 'o.neil-2_x'])('%s is allowed', (typed) => {
    expect(readUsername(typed)).toEqual({ ok: true, username: typed })
  })

  test('that is accepted is in the allowed alphabet and reads the same again', () => {
    fc.assert(
      fc.property(anything, (typed) => {
        const verdict = readUsername(typed)
        if (!verdict.ok) return
        expect(verdict.username).toMatch(/^[a-z0-9][a-z0-9._-]{1,62}$/)
        expect(readUsername(verdict.username)).toEqual(verdict)
        expect(verdict.username).toBe(canonical(typed))
      }),
      { numRuns: 2000 },
    )
  })
})

test('an address is found in whatever case and form it was typed', () => {
  expect(canonicalEmail('Jose\u0301@Example.ORG')).toBe(canonicalEmail('josé@example.org'))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (address) => {
      expect(canonicalEmail(canonicalEmail(address))).toBe(canonicalEmail(address))
    }),
    { numRuns: 500 },
  )
})
