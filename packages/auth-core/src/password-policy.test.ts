import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkNewPassword, isHashable, MAXIMUM_BYTES, MAXIMUM_CODE_POINTS, preparePassword } from './password-policy.ts'

/** A small list of common words; the real one is the server's and is tested there. */
const COMMON = new Set([
  'password',
  'letmein',
  'dragon',
  'monkey',
  'welcome',
  'abc123',
  'admin',
  'sunshine',
  'iloveyou',
  'football',
])
const check = (password: string, context: string[] = ['latchkey', 'alice']) =>
  checkNewPassword(password, { minimum: 15, context, isCommon: (word) => COMMON.has(word) })
const reasonOf = (password: string, context?: string[]) => {
  const verdict = check(password, context)
  return verdict.ok ? 'accepted' : verdict.reason
}

const EMOJI = [...'🦆🌋🧀🎻🪁🐙🛶🥝🧭🦔🪵🎈🍉🐌🪶']
/** code points of all planes that are neither control characters nor half pairs */
const printable = fc.string({
  unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzéßжשの漢𝔛🦊'),
  minLength: 15,
  maxLength: 60,
})

describe('PW-01 length', () => {
  test.each([
    ['14 letters', 'xkvqmzprwhtbnj', 'too-short'],
    ['15 letters', 'xkvqmzprwhtbnjd', 'accepted'],
    ['14 code points, emoji among them', `xkvqmzprwhtb${EMOJI.slice(0, 2).join('')}`, 'too-short'],
    ['14 emoji, although they are 28 UTF-16 units', EMOJI.slice(0, 14).join(''), 'too-short'],
    ['15 emoji', EMOJI.join(''), 'accepted'],
    ['15 letters, one of them typed as letter and accent', 'xkvqmzprwhtbne\u0301', 'too-short'],
  ])('%s: %s', (_, password, outcome) => {
    expect(reasonOf(password)).toBe(outcome)
  })

  test('the minimum of the policy is the one that counts', () => {
    const verdict = checkNewPassword('xkvqmzpr', { minimum: 8, context: [], isCommon: () => false })
    expect(verdict).toEqual({ ok: true })
  })
})

describe('PW-02 the upper bounds', () => {
  const letters = (count: number) =>
    Array.from({ length: count }, (_, i) => 'xkvqmzprwhtbnjdlgcfs'[(i * i + 7 * i) % 20]).join('')

  test.each([
    { what: '256 code points', password: letters(256), outcome: 'accepted' },
    { what: '257 code points', password: letters(257), outcome: 'too-long' },
    { what: '256 emoji, exactly 1024 bytes', password: EMOJI.join('').repeat(18).slice(0, 512), outcome: 'accepted' },
    { what: '257 emoji, 1028 bytes', password: EMOJI.join('').repeat(18).slice(0, 514), outcome: 'too-long' },
    { what: 'a megabyte', password: letters(1_000_000), outcome: 'too-long' },
  ])('$what: $outcome', ({ password, outcome }) => {
    expect(reasonOf(password)).toBe(outcome)
    expect(isHashable(password)).toBe(outcome === 'accepted')
  })

  test('a password is hashable exactly when it is inside both bounds after normalising', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (typed) => {
        const prepared = preparePassword(typed)
        const inside =
          [...prepared].length <= MAXIMUM_CODE_POINTS && new TextEncoder().encode(prepared).length <= MAXIMUM_BYTES
        expect(isHashable(typed)).toBe(inside)
      }),
    )
  })

  test('judging costs a number of look-ups that grows with the length, and none at all beyond the bounds', () => {
    const lookUps = (password: string) => {
      let count = 0
      checkNewPassword(password, { minimum: 15, context: [], isCommon: () => count++ < 0 })
      return count
    }
    expect(lookUps(letters(1_000_000))).toBe(0)
    expect(lookUps('a'.repeat(1_000_000))).toBe(0)
    for (const length of [15, 30, 60, 120, 240]) expect(lookUps(letters(length))).toBeLessThanOrEqual(length * 32)
    expect(lookUps(EMOJI.join('').repeat(18).slice(0, 512))).toBeLessThanOrEqual(512 * 32)
  })

  test('no password makes the judging explode, not even one made of nothing but known words', () => {
    let lookUps = 0
    const everythingIsKnown = { minimum: 15, context: [], isCommon: () => lookUps++ >= 0 }
    expect(checkNewPassword(letters(256), everythingIsKnown).ok).toBeTypeOf('boolean')
    expect(lookUps).toBeLessThanOrEqual(256 * 32)
  })
})

describe('PW-03 which characters', () => {
  test('nothing is asked for but length: fifteen small letters will do', () => {
    expect(reasonOf('xkvqmzprwhtbnjd')).toBe('accepted')
  })

  test.each(['\u0000', '\u0007', '\t', '\n', '\u001b', '\u007f', '\u0085', '\ud83e', '\udd86x'])(
    '%j is refused',
    (bad) => {
      expect(reasonOf(`xkvqmzprwhtbnj${bad}d`)).toBe('invalid')
    },
  )

  test.each([' ', '\u00a0', '"', "'", '\\', '<', '%', '\u200d', 'é', '漢', '🦊'])('%j is allowed', (good) => {
    expect(reasonOf(`xkvqmzp${good}rwhtbnjd`)).toBe('accepted')
  })

  test('normalising joins letter and accent, and changes nothing else: no trimming, no case, no compatibility forms', () => {
    expect(preparePassword('e\u0301')).toBe('\u00e9')
    for (const kept of [' a ', 'A', 'ﬁ', '①', 'ａ', '\u00a0', 'a\u200db']) expect(preparePassword(kept)).toBe(kept)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        expect(preparePassword(preparePassword(typed))).toBe(preparePassword(typed))
      }),
    )
  })

  test('both ways to type the same letters are judged alike', () => {
    fc.assert(
      fc.property(printable, (typed) => {
        expect(reasonOf(typed.normalize('NFD'))).toBe(reasonOf(typed.normalize('NFC')))
      }),
    )
  })
})

describe('PW-04 what an attacker tries first', () => {
  test.each([
    'alicealice1234',
    'alicealicealice',
    'AliceAliceAlice!',
    'alicealice12345',
    'latchkeypassword1',
    'LatchKeyPassword1',
    'latchkeylatchkey',
    'qwertyuiop123456',
    'qwertyuiopasdfghjkl',
    'passwordpassword',
    'Password12345678',
    '123456789012345',
    '098765432109876',
    'aaaaaaaaaaaaaaa',
    '🦆'.repeat(15),
    'abcdefghijklmnop',
    'zyxwvutsrqponmlk',
    'dragondragondragon',
    'letmeinletmein!!',
    'iloveyouiloveyou1',
    'welcomewelcome12',
  ])('%s is refused', (password) => {
    const longEnough = [...password].length >= 15
    expect(reasonOf(password)).toBe(longEnough ? 'compromised' : 'too-short')
  })

  test('<username><username>1234 is refused for every user name, in any case', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789._-'), minLength: 6, maxLength: 30 }),
        fc.boolean(),
        (name, loud) => {
          const password = `${name}${name}1234`
          expect(reasonOf(loud ? password.toUpperCase() : password, [name])).toBe('compromised')
        },
      ),
    )
  })

  test('words of two letters in the context condemn nothing', () => {
    expect(reasonOf('xkvqmzprwhtbnjd', ['xk', 'vq', ''])).toBe('accepted')
  })

  test('random strings of fifteen letters are accepted', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: 15, maxLength: 40 }),
        (password) => {
          fc.pre(new Set(password).size >= 10)
          expect(reasonOf(password)).toBe('accepted')
        },
      ),
      { seed: 4_711, numRuns: 300 },
    )
  })

  test('making a password longer by other random letters never makes it weaker', () => {
    const tail = 'xkvqmzprwh'
    for (const password of ['alicealice12345', 'latchkeypassword1']) expect(reasonOf(password + tail)).toBe('accepted')
  })
})
