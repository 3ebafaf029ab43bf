import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  absoluteEnd,
  CHALLENGE_LIFETIME,
  isOver,
  MAXIMUM_CHALLENGES,
  MAXIMUM_SESSIONS,
  SEEN_RESOLUTION,
} from './session-lifetime.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const START = 1_800_000_000_000

test('SE-03 the numbers are those of the security requirements', () => {
  expect({ MAXIMUM_SESSIONS, CHALLENGE_LIFETIME, MAXIMUM_CHALLENGES }).toEqual({
    MAXIMUM_SESSIONS: 20,
    CHALLENGE_LIFETIME: { 'second-factor': 5 * MINUTE, 'new-password': 10 * MINUTE, enrolment: 10 * MINUTE },
    MAXIMUM_CHALLENGES: 5,
  })
})

describe('SE-03 a session', () => {
  const session = { lastSeenAt: START, expiresAt: absoluteEnd(START, 12) }

  test.each([
    { after: 0, over: false },
    { after: 30 * MINUTE, over: false },
    { after: 30 * MINUTE + 1, over: true },
    { after: 31 * MINUTE, over: true },
  ])('left idle for $after ms is over: $over', ({ after, over }) => {
    expect(isOver(session, 30, START + after)).toBe(over)
  })

  test.each([
    { after: 12 * HOUR - 1, over: false },
    { after: 12 * HOUR, over: true },
    { after: 12 * HOUR + MINUTE, over: true },
  ])('in use all the time is over $after ms after it began: $over', ({ after, over }) => {
    expect(isOver({ ...session, lastSeenAt: START + after }, 30, START + after)).toBe(over)
  })

  test('that was used every 20 minutes still ends at its absolute end, whatever use was made of it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { minLength: 1, maxLength: 60 }), (waits) => {
        let now = START
        for (const wait of waits) now += wait
        expect(isOver({ ...session, lastSeenAt: now }, 30, now)).toBe(now >= START + 12 * HOUR)
      }),
    )
  })

  test('once over stays over as time goes on', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 * HOUR }), fc.nat({ max: 20 * HOUR }), (seen, later) => {
        const own = { ...session, lastSeenAt: START + seen }
        if (isOver(own, 30, START + seen)) expect(isOver(own, 30, START + seen + later)).toBe(true)
      }),
    )
  })

  test('lastSeenAt is written often enough that the idle limit is off by a minute at most', () => {
    expect(SEEN_RESOLUTION).toBeLessThanOrEqual(MINUTE)
  })
})
