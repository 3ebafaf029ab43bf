import { Problem } from '@latchkey/contract/problem'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrictly } from './body.ts'

const read = (text: string | Uint8Array) => {
  try {
    return parseStrictly(typeof text === 'string' ? new TextEncoder().encode(text) : text)
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

test('RA-03 every JSON text without traps reads as what it says', () => {
  const value = fc
    .jsonValue({ maxDepth: 5, stringUnit: 'grapheme' })
    .filter((json) => !/\\u0000|__proto__|constructor|prototype/.test(JSON.stringify(json)))
  fc.assert(
    fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
      const text = JSON.stringify(json, null, indent)
      fc.pre(!/^"(malformed-request|invalid-input)"$/.test(text))
      expect(read(text)).toEqual(JSON.parse(text))
    }),
    { numRuns: 500 },
  )
})

test('RA-03 strings with colons and quotes in them confuse nobody', () => {
  for (const value of [
    ['a', ':b'],
    ['x', ' :'],
    { a: '":', b: '"a":' },
    ['\\', '":'],
    { '":"': '":"' },
    { 'a"b': ':"' },
  ])
    expect(read(JSON.stringify(value))).toEqual(value)
})

test('RA-03 a member that is there twice is refused, wherever and however it is spelt', () => {
  const member = fc.string({ minLength: 1, unit: 'grapheme-ascii' }).filter((name) => name !== '__proto__')
  const escaped = (name: string) =>
    `"${[...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`
  fc.assert(
    fc.property(member, fc.jsonValue({ maxDepth: 1 }), fc.constantFrom('', ' ', '\n'), (name, value, space) => {
      const json = JSON.stringify(value)
      for (const second of [JSON.stringify(name), escaped(name)])
        for (const wrap of [(inner: string) => inner, (inner: string) => `{"in":[${inner}]}`])
          expect(read(wrap(`{${JSON.stringify(name)}${space}:1,${second}${space}:${json}}`))).toMatch(
            /malformed-request|invalid-input/,
          )
    }),
    { numRuns: 200 },
  )
})

describe('RA-03 refused as malformed', () => {
  test.each([
    ['nothing after all', ' '],
    ['a comma too many', '{"a":1,}'],
    ['NaN', '{"a":NaN}'],
    ['Infinity', '[Infinity]'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{"a":1/**/}'],
    ['two values', '{} {}'],
    ['a byte order mark', '\ufeff{}'],
    ['a raw line feed in a string', '{"a":"\n"}'],
    ['a leading zero', '[01]'],
    ['17 levels', `${'['.repeat(17)}${']'.repeat(17)}`],
    ['201 members', JSON.stringify(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`m${i}`, 0])))],
    ['201 items', JSON.stringify(Array(201).fill(0))],
  ])('%s', (_, text) => {
    expect(read(text)).toBe('malformed-request')
  })

  test.each([
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['half a character', [0x22, 0xe2, 0x82, 0x22]],
    ['a surrogate in UTF-8', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ['no text at all', [0xff]],
  ])('%s', (_, bytes) => {
    expect(read(Uint8Array.from(bytes))).toBe('malformed-request')
  })
})

test('RA-02 exactly 16 levels and 200 members are read', () => {
  expect(read(`${'['.repeat(16)}${']'.repeat(16)}`)).toBeTypeOf('object')
  expect(read(JSON.stringify(Array(200).fill(0)))).toHaveLength(200)
})

describe('RA-03 refused as input, with where it stands', () => {
  test.each([
    ['{"a":"\\u0000"}', '/a', 'invalid'],
    ['{"a":["x","\\ud800"]}', '/a/1', 'invalid'],
    ['{"a/b":{"__proto__":1}}', '/a~1b/__proto__', 'unknown-member'],
    ['{"constructor":1}', '/constructor', 'unknown-member'],
    ['{"prototype":1}', '/prototype', 'unknown-member'],
  ])('%s at %s', (text, pointer, code) => {
    const parse = () => parseStrictly(new TextEncoder().encode(text))
    expect(parse).toThrow(expect.objectContaining({ code: 'invalid-input', details: { errors: [{ pointer, code }] } }))
  })

  test('and nothing was written onto the prototype of everything', () => {
    read('{"__proto__":{"polluted":true}}')
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('RA-02 the work grows with the length and no faster', () => {
  /** How many times as long a body of 16 times the length takes, at best of several tries: 16 is in proportion, 256 quadratic. */
  const growth = (make: (bytes: number) => string) => {
    const best = (text: string) => {
      const bytes = new TextEncoder().encode(text)
      const once = () => {
        const began = performance.now()
        read(bytes)
        return performance.now() - began
      }
      return Math.min(...Array.from({ length: 7 }, once))
    }
    return best(make(60_000)) / Math.max(best(make(3_750)), 0.01)
  }

  test.each<[string, (bytes: number) => string]>([
    ['escaped quotes', (bytes) => `{"a":"${'\\"'.repeat(bytes / 2)}"}`],
    ['backslashes', (bytes) => `{"a":"${'\\\\'.repeat(bytes / 2)}"}`],
    ['empty strings', (bytes) => `[${'"",'.repeat(bytes / 3)}""]`],
    ['blanks', (bytes) => `{"a"${' '.repeat(bytes)}:1}`],
    ['blanks after a string', (bytes) => `["a"${' '.repeat(bytes)}]`],
    ['opening brackets', (bytes) => '['.repeat(bytes)],
    ['closed brackets', (bytes) => `${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}`],
    ['numbers', (bytes) => '1'.repeat(bytes)],
  ])('for %s', (_, make) => {
    expect(growth(make)).toBeLessThan(80)
  })
})
