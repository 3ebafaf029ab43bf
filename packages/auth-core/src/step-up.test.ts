import { expect, test } from 'vitest'
import { acceptedProofs, isFresh, PROOF_LIFETIME } from './step-up.ts'

test.each([
  { after: 0, fresh: true },
  { after: 5 * 60_000, fresh: true },
  { after: 5 * 60_000 + 1, fresh: false },
  { after: 24 * 3_600_000, fresh: false },
])('SE-07 $after ms after it was given a proof counts: $fresh', ({ after, fresh }) => {
  expect(isFresh(1_800_000_000_000, 1_800_000_000_000 + after)).toBe(fresh)
})

test('SE-07 a proof lasts five minutes', () => {
  expect(PROOF_LIFETIME).toBe(300_000)
})

test('SE-07 an account with a second factor proves itself with that, never with the password', () => {
  expect(acceptedProofs({ hasSecondFactor: true })).toEqual(['totp', 'recovery-code'])
})

test('SE-07 an account without one proves itself with its password, never with a recovery code', () => {
  expect(acceptedProofs({ hasSecondFactor: false })).toEqual(['password'])
})
