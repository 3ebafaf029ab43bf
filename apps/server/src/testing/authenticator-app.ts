import { createHmac } from 'node:crypto'
import type { World } from './world.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * The six digits an authenticator app shows: RFC 6238 and RFC 4226 section 5.3, written a second time and from the
 * standard alone, so that the tests do not ask the product whether the product is right.
 * @param secret as the setup key is shown, in base32
 * @param at milliseconds since the epoch
 */
export function appCode(secret: string, at: number): string {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Moves the clock to the first moment of the next 30-second step, so that no step ends in the middle of a test. */
export function toStartOfStep(w: World): number {
  w.clock.advance(30_000 - (w.deps.now() % 30_000))
  return w.deps.now()
}

/** A code that is none of those an app with this secret shows around now. */
export function wrongCode(secret: string, now: number): string {
  const near = [-3, -2, -1, 0, 1, 2, 3].map((steps) => appCode(secret, now + steps * 30_000))
  return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find(
    (c) => !near.includes(c),
  ) as string
}
