import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkFirstCode, checkTotp, codeAt, formatSecret, otpauthUri, SECRET_BYTES, stepAt, stepsOff } from './totp.ts'

const ascii = (text: string) => new TextEncoder().encode(text)
/** the secret of RFC 6238 appendix B */
const SECRET = formatSecret(ascii('12345678901234567890'))
const NOW = 1_111_111_109_000
const T = stepAt(NOW)

const steps = fc.integer({ min: 10, max: 100_000_000 })
const secrets = fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES }).map(formatSecret)

test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648 section 10: base32 of "%s" is %s without its padding', (text, base32) => {
  expect(formatSecret(ascii(text))).toBe(base32)
})

test('TO-01 a secret of 20 bytes is 32 characters of base32 that say the same bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: SECRET_BYTES, maxLength: SECRET_BYTES }), (bytes) => {
      const secret = formatSecret(bytes)
      expect(secret).toMatch(/^[A-Z2-7]{32}$/)
      expect(readBase32(secret)).toEqual([...bytes])
    }),
  )
})

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('TO-02 RFC 6238 appendix B: at second %i the code is %s', (seconds, code) => {
  expect(codeAt(SECRET, stepAt(seconds * 1000))).toBe(code)
  expect(checkTotp({ secret: SECRET, code, now: seconds * 1000, lastStep: 0, drift: 0, earlySteps: [] }).ok).toBe(true)
})

test('a step begins and ends on the exact millisecond', () => {
  expect([29_999, 30_000, 59_999, 60_000].map(stepAt)).toEqual([0, 1, 1, 2])
})

describe('TO-03 the window', () => {
  const verdictOf = (offset: number, drift: number) =>
    checkTotp({ secret: SECRET, code: codeAt(SECRET, T + offset), now: NOW, lastStep: 0, drift, earlySteps: [] })

  test.each([
    { drift: 0, accepted: [-1, 0] },
    { drift: 1, accepted: [0, 1] },
    { drift: -1, accepted: [-2, -1] },
  ])('with drift $drift accepts exactly the steps $accepted around the present one', ({ drift, accepted }) => {
    const offsets = [-3, -2, -1, 0, 1, 2, 3]
    expect(offsets.filter((offset) => verdictOf(offset, drift).ok)).toEqual(accepted)
  })

  test('a code outside it is called wrong, not used', () => {
    expect(verdictOf(2, 0)).toEqual({ ok: false, reason: 'wrong' })
  })
})

describe('TO-04 a code is used once', () => {
  test('the very step that was accepted last is refused, and so is every older one', () => {
    const check = (offset: number, lastStep: number) =>
      checkTotp({ secret: SECRET, code: codeAt(SECRET, T + offset), now: NOW, lastStep, drift: 0, earlySteps: [] })
    expect(check(0, T)).toEqual({ ok: false, reason: 'already-used' })
    expect(check(-1, T)).toEqual({ ok: false, reason: 'already-used' })
    expect(check(-1, T - 1)).toEqual({ ok: false, reason: 'already-used' })
    expect(check(0, T - 1)).toEqual({ ok: true, step: T })
  })

  test('whatever is presented in whatever order, accepted steps only rise', () => {
    fc.assert(
      fc.property(
        secrets,
        steps,
        fc.array(fc.record({ wait: fc.integer({ min: 0, max: 3 }), offset: fc.integer({ min: -3, max: 3 }) }), {
          maxLength: 12,
        }),
        fc.integer({ min: -1, max: 1 }),
        (secret, start, presented, drift) => {
          let step = start
          let lastStep = 0
          for (const { wait, offset } of presented) {
            step += wait
            const verdict = checkTotp({
              secret,
              code: codeAt(secret, step + offset),
              now: step * 30_000,
              lastStep,
              drift,
              earlySteps: [],
            })
            if (!verdict.ok) continue
            expect(verdict.step).toBeGreaterThan(lastStep)
            expect(Math.abs(verdict.step - step)).toBeLessThanOrEqual(2)
            lastStep = verdict.step
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('nothing but six ASCII digits is ever right', () => {
  const code = codeAt(SECRET, T)
  const wrong = [
    '',
    ' ',
    code.slice(1),
    `${code}0`,
    `0${code}`,
    ` ${code}`,
    Number(code).toString(),
    '٠٨١٨٠٤',
    `${code}\0`,
  ]
  for (const typed of wrong)
    expect(checkTotp({ secret: SECRET, code: typed, now: NOW, lastStep: 0, drift: 0, earlySteps: [] })).toEqual({
      ok: false,
      reason: 'wrong',
    })
})

describe('the first code of a new authenticator', () => {
  const first = (offset: number) => checkFirstCode({ secret: SECRET, code: codeAt(SECRET, T + offset), now: NOW })

  test.each([
    { offset: 0, drift: 0 },
    { offset: -1, drift: 0 },
    { offset: 1, drift: 1 },
  ])('from step $offset is accepted and teaches a drift of $drift', ({ offset, drift }) => {
    expect(first(offset)).toEqual({ ok: true, step: T + offset, drift })
  })

  test.each([-3, -2, 2, 3])('from step %i is refused', (offset) => {
    expect(first(offset)).toEqual({ ok: false })
  })

  test('once learnt, the next code of that phone is accepted and its first one is not', () => {
    fc.assert(
      fc.property(secrets, steps, fc.constantFrom(-1, 0, 1), (secret, step, offset) => {
        const verdict = checkFirstCode({ secret, code: codeAt(secret, step + offset), now: step * 30_000 })
        if (!verdict.ok) throw new Error('the first code was refused')
        const check = { secret, lastStep: verdict.step, drift: verdict.drift, earlySteps: [] }
        const next = codeAt(secret, step + offset + 1)
        fc.pre(next !== codeAt(secret, step + offset))
        expect(checkTotp({ ...check, code: next, now: (step + 1) * 30_000 }).ok).toBe(true)
        expect(checkTotp({ ...check, code: codeAt(secret, step + offset), now: step * 30_000 }).ok).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})

describe('TO-09 the URI in the QR code', () => {
  test('says exactly the parameters every app reads, percent-encoded', () => {
    expect(otpauthUri({ issuer: 'Latchkey my.example', account: 'a+b@ü.example', secret: SECRET })).toBe(
      `otpauth://totp/Latchkey%20my.example:a%2Bb%40%C3%BC.example?secret=${SECRET}&issuer=Latchkey%20my.example&algorithm=SHA1&digits=6&period=30`,
    )
  })

  test('issuer and account come back as they went in, but for colons', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        secrets,
        (issuer, account, secret) => {
          const uri = new URL(otpauthUri({ issuer, account, secret }))
          const [label = '', ...rest] = uri.pathname.split('/').slice(-1)[0]?.split(':') ?? []
          const clean = (text: string) => text.replaceAll(':', ' ')
          expect([uri.protocol, uri.host]).toEqual(['otpauth:', 'totp'])
          expect(rest).toHaveLength(1)
          expect(decodeURIComponent(label)).toBe(clean(issuer))
          expect(decodeURIComponent(rest[0] ?? '')).toBe(clean(account))
          expect(Object.fromEntries(uri.searchParams)).toEqual({
            secret,
            issuer: clean(issuer),
            algorithm: 'SHA1',
            digits: '6',
            period: '30',
          })
        },
      ),
    )
  })
})

/** RFC 4648 section 6 the other way round, written anew for the test. */
function readBase32(text: string): number[] {
  let bits = 0n
  for (const letter of text) bits = bits * 32n + BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter))
  return Array.from({ length: (text.length * 5) / 8 }, (_, i, length = (text.length * 5) / 8) =>
    Number((bits >> BigInt(8 * (length - 1 - i))) & 255n),
  )
}

describe('a refused code explained', () => {
  test('it is found within ten steps either way, and by how much the clock is off; further away it is not', () => {
    const offsets = [-11, -10, -2, -1, 0, 1, 2, 10, 11]
    expect(offsets.map((offset) => stepsOff({ secret: SECRET, code: codeAt(SECRET, T + offset), now: NOW }))).toEqual([
      null,
      -10,
      -2,
      -1,
      0,
      1,
      2,
      10,
      null,
    ])
  })

  test('a code that was named as too early is not accepted when its time has come, and the one after it is', () => {
    const check = { secret: SECRET, lastStep: 0, drift: 0, earlySteps: [T + 5, T + 3] }
    const at = (step: number) => checkTotp({ ...check, code: codeAt(SECRET, step), now: step * 30_000 })
    expect([at(T + 2).ok, at(T + 3), at(T + 4).ok]).toEqual([true, { ok: false, reason: 'already-used' }, true])
  })
})
