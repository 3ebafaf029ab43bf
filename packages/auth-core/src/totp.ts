import { timingSafeEqual } from 'node:crypto'
import { generateSync } from 'otplib'

/** RFC 6238: the parameters every authenticator app understands. */
export const PERIOD_SECONDS = 30
/** RFC 4226 section 4, R6: 160 bits. */
export const SECRET_BYTES = 20

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A secret in base32 without padding (RFC 4648 section 6), as people type it and apps read it: 32 characters. */
export function formatSecret(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** The number of the 30-second step a moment lies in (RFC 6238 section 4.2, T0 = 0). */
export const stepAt = (now: number): number => Math.floor(now / 1000 / PERIOD_SECONDS)

/** The six digits an app shows during a step. `secret` in base32. */
export const codeAt = (secret: string, step: number): string =>
  generateSync({ secret, epoch: step * PERIOD_SECONDS, period: PERIOD_SECONDS, digits: 6, algorithm: 'sha1' })

export type TotpVerdict = { ok: true; step: number } | { ok: false; reason: 'wrong' | 'already-used' }

/**
 * Judges a code against a proved authenticator. Accepted are the present step and the one before, both moved by the
 * drift learnt at enrolment (RFC 6238 section 5.2 allows one step of delay, section 6 asks for resynchronisation),
 * and only if the step is newer than the last accepted one: a code is used once, whatever for.
 * @param earlySteps steps of codes that were named as too early
 * @param code six digits
 * @param now milliseconds since the epoch
 */
export function checkTotp(check: {
  secret: string
  code: string
  now: number
  lastStep: number
  drift: number
  earlySteps: readonly number[]
}): TotpVerdict {
  const newest = stepAt(check.now) + check.drift
  const step = matchingStep(check.secret, check.code, [newest, newest - 1])
  if (step === null) return { ok: false, reason: 'wrong' }
  if (step <= check.lastStep || check.earlySteps.includes(step)) return { ok: false, reason: 'already-used' }
  return { ok: true, step }
}

export type EnrolmentVerdict = { ok: true; step: number; drift: 0 | 1 } | { ok: false }

/**
 * Judges the first code of a new authenticator and learns its drift. A phone that runs ahead shows the next step; a
 * code one step old says nothing about the clock, since typing takes time, so nothing is learnt from it.
 */
export function checkFirstCode({ secret, code, now }: { secret: string; code: string; now: number }): EnrolmentVerdict {
  const present = stepAt(now)
  const step = matchingStep(secret, code, [present, present - 1, present + 1])
  if (step === null) return { ok: false }
  return { ok: true, step, drift: step > present ? 1 : 0 }
}

/** Steps before and after the present one in which a refused code is still looked for. */
const EXPLAINED_STEPS = 10

/**
 * Finds out by how much the clock that made a refused code is off. The code stays refused.
 * @returns steps from the present one, negative when the code is old; null when it belongs to no step near by
 */
export function stepsOff({ secret, code, now }: { secret: string; code: string; now: number }): number | null {
  const present = stepAt(now)
  const near = Array.from({ length: 2 * EXPLAINED_STEPS + 1 }, (_, index) => present - EXPLAINED_STEPS + index)
  const step = matchingStep(secret, code, near)
  return step === null ? null : step - present
}

/** Compares with every step, match or not, so that the time taken says nothing about which one it was. */
function matchingStep(secret: string, code: string, steps: number[]): number | null {
  const typed = Buffer.from(code)
  let match: number | null = null
  for (const step of steps) {
    const expected = Buffer.from(codeAt(secret, step))
    if (typed.length === expected.length && timingSafeEqual(typed, expected)) match ??= step
  }
  return match
}

/**
 * The URI inside the QR code, in the Key URI format of the authenticator apps. A colon would end the issuer,
 * so it is taken out of both parts.
 */
export function otpauthUri({ issuer, account, secret }: { issuer: string; account: string; secret: string }): string {
  const part = (text: string) => encodeURIComponent(text.replaceAll(':', ' '))
  const parameters = `secret=${secret}&issuer=${part(issuer)}&algorithm=SHA1&digits=6&period=${PERIOD_SECONDS}`
  return `otpauth://totp/${part(issuer)}:${part(account)}?${parameters}`
}
