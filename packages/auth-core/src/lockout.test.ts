import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  AUTHENTICATOR_DISABLED_AFTER,
  limits,
  SECOND_FACTOR_PAUSE,
  secondsUntil,
  TRIES_PER_CHALLENGE,
} from './lockout.ts'

const QUARTER = 15 * 60_000

test('TO-10 RL-01 the limits are those of the security requirements', () => {
  expect(limits).toEqual({
    passwordOfAccount: { limit: 5, windowMs: QUARTER },
    passwordFromKnownBrowser: { limit: 5, windowMs: QUARTER },
    passwordFromNetwork: { limit: 20, windowMs: QUARTER },
    setupFromNetwork: { limit: 20, windowMs: QUARTER },
    inClearOfAccount: { limit: 1, windowMs: QUARTER },
    tokenFromNetwork: { limit: 100, windowMs: QUARTER },
  })
  expect(TRIES_PER_CHALLENGE).toBe(5)
  expect(SECOND_FACTOR_PAUSE).toEqual({ every: 10, forMs: QUARTER })
  expect(AUTHENTICATOR_DISABLED_AFTER).toBe(100)
})

test.each([
  { wait: -5_000, seconds: 1 },
  { wait: 0, seconds: 1 },
  { wait: 1, seconds: 1 },
  { wait: 1_000, seconds: 1 },
  { wait: 1_001, seconds: 2 },
  { wait: QUARTER, seconds: 900 },
])('RL-05 a moment $wait ms away is $seconds whole seconds away', ({ wait, seconds }) => {
  expect(secondsUntil(1_800_000_000_000 + wait, 1_800_000_000_000)).toBe(seconds)
})

test('RL-05 who waits as long as Retry-After says is never too early', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -QUARTER, max: QUARTER }), (now, wait) => {
      const seconds = secondsUntil(now + wait, now)
      expect(seconds).toBeGreaterThanOrEqual(1)
      expect(now + seconds * 1000).toBeGreaterThanOrEqual(now + wait)
    }),
  )
})
