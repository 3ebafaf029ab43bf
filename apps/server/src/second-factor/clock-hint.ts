import { PERIOD_SECONDS, stepsOff } from '@latchkey/auth-core/totp'

/** What somebody is told whose code belongs to another time; part of the problem's details. */
export type ClockHint = { clockOffset: number; serverTime: string }

/** By how much the clock behind a refused code is off; undefined when the code belongs to no time near by. */
export function clockHint(secret: string, code: string, now: number): ClockHint | undefined {
  const steps = stepsOff({ secret, code, now })
  if (steps === null) return undefined
  return { clockOffset: steps * PERIOD_SECONDS, serverTime: new Date(now).toISOString() }
}
