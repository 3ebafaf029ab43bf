import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeSecretBox, Unreadable } from './secret-box.ts'

const place = { table: 'authenticators', column: 'sealed_secret', row: 'row-1', user: 'user-1' }
const secret = randomBytes(32)
const box = makeSecretBox(secret)
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

describe('CR-02 a sealed value', () => {
  test('opens where it was sealed and says what it said', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (plaintext) => {
        expect(box.open(box.seal(plaintext, place), place)).toBe(plaintext)
      }),
    )
  })

  test.each([
    { where: 'another table', other: { ...place, table: 'authenticator_candidates' } },
    { where: 'another column', other: { ...place, column: 'id' } },
    { where: 'another row', other: { ...place, row: 'row-2' } },
    { where: 'the row of another person', other: { ...place, user: 'user-2' } },
    { where: 'a place that reads alike when run together', other: { ...place, row: 'row-', user: '1user-1' } },
  ])('does not open in $where', ({ other }) => {
    expect(() => box.open(box.seal(SECRET, place), other)).toThrow(Unreadable)
  })

  test('does not open when any one of its bits was flipped', () => {
    const [id = '', body = ''] = box.seal(SECRET, place).split('.')
    const bytes = Buffer.from(body, 'base64url')
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => box.open(`${id}.${changed.toString('base64url')}`, place)).toThrow(Unreadable)
    }
  })

  test('that was cut short, emptied or made up fails in the same one way', () => {
    const sealed = box.seal(SECRET, place)
    for (let length = 0; length < sealed.length; length++)
      expect(() => box.open(sealed.slice(0, length), place)).toThrow(Unreadable)
    fc.assert(
      fc.property(fc.string(), (madeUp) => {
        expect(() => box.open(madeUp, place)).toThrow(Unreadable)
        expect(() => box.open(`${sealed.split('.')[0]}.${madeUp}`, place)).toThrow(Unreadable)
      }),
    )
  })

  test('says nothing of what is in it, and never the same twice', () => {
    const sealed = Array.from({ length: 100 }, () => box.seal(SECRET, place))
    expect(new Set(sealed).size).toBe(100)
    const nonces = sealed.map((one) =>
      Buffer.from(one.split('.')[1] ?? '', 'base64url')
        .subarray(0, 12)
        .toString('hex'),
    )
    expect(new Set(nonces).size).toBe(100)
    for (const one of sealed) {
      expect(one).not.toContain(SECRET)
      expect(Buffer.from(one.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain(SECRET)
    }
  })

  test('does not open under another master secret, and the failure names neither', () => {
    const other = makeSecretBox(randomBytes(32))
    expect(() => other.open(box.seal(SECRET, place), place)).toThrow('A sealed value could not be opened')
  })
})

describe('CR-03 while the master secret changes', () => {
  const next = randomBytes(32)
  const rotating = makeSecretBox(next, secret)

  test('both generations open, and only the new one seals', () => {
    const old = box.seal(SECRET, place)
    expect(rotating.open(old, place)).toBe(SECRET)
    expect(rotating.isCurrent(old)).toBe(false)
    const fresh = rotating.seal(SECRET, place)
    expect(rotating.isCurrent(fresh)).toBe(true)
    expect(makeSecretBox(next).open(fresh, place)).toBe(SECRET)
    expect(() => box.open(fresh, place)).toThrow(Unreadable)
  })

  test('the name of a key does not give the key away', () => {
    const [id = ''] = rotating.seal(SECRET, place).split('.')
    expect(id).toMatch(/^[A-Za-z0-9_-]{8}$/)
    expect(next.toString('base64url')).not.toContain(id)
  })
})
