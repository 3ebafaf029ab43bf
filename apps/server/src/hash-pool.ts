import { argon2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { isHashable, preparePassword } from '@latchkey/auth-core/password-policy'
import { Problem } from '@latchkey/contract/problem'

const argon2Async = promisify(argon2)
const scryptAsync = promisify(scrypt) as (
  password: Buffer,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>

/** Memory in KiB and passes (RFC 9106 section 3.1); one lane. */
export type HashCost = { memory: number; passes: number }

/** 100 to 150 ms on a present server core: well above the least that OWASP asks (19456 KiB, two passes). */
export const DEFAULT_COST: HashCost = { memory: 47_104, passes: 2 }

export type HashPool = {
  /** @returns an Argon2id PHC string */
  hash(password: string): Promise<string>
  /**
   * Compares with a stored PHC string, or, where there is none, spends the same time on saying no.
   * @param turn `from`: who waits, so that nobody fills the queue alone; `admit`: called when it is this password's
   * turn, and when it throws, nothing was compared
   */
  verify(password: string, stored: string | null, turn?: Turn): Promise<boolean>
  /** whether a stored string should be replaced at the next right password */
  isOutdated(stored: string): boolean
}

type Turn = { from: string; admit: () => Promise<void> }

const SALT_BYTES = 16
const TAG_BYTES = 32

/**
 * Hashes off the event loop, at most `lanes` at a time and `queue` waiting, so that a flood of sign-ins costs
 * a bounded amount of memory and nobody waits for minutes.
 * @throws Problem `busy` when the queue is full
 */
export function makeHashPool({ cost, lanes, queue }: { cost: HashCost; lanes: number; queue: number }): HashPool {
  const inLane = laneLimit(lanes, Number.POSITIVE_INFINITY)
  // As many again are let in ahead, so that no lane stands idle while the next one is being admitted
  const inTurn = laneLimit(lanes * 2, queue)
  const nobody = format(cost, randomBytes(SALT_BYTES), randomBytes(TAG_BYTES))

  return {
    hash: (password) =>
      inTurn(async () => {
        const salt = randomBytes(SALT_BYTES)
        return format(cost, salt, await inLane(() => argon2id(password, salt, cost, TAG_BYTES)))
      }),
    async verify(password, stored, turn) {
      const guess = isHashable(password) ? password : ''
      const matches = await inTurn(async () => {
        await turn?.admit()
        return inLane(() => compare(guess, stored ?? nobody))
      }, turn?.from)
      return matches && stored !== null && isHashable(password)
    },
    isOutdated(stored) {
      const { algorithm, parameters } = parse(stored)
      return algorithm !== 'argon2id' || Number(parameters['m']) < cost.memory || Number(parameters['t']) < cost.passes
    },
  }
}

async function compare(password: string, stored: string): Promise<boolean> {
  const { algorithm, parameters, salt, tag } = parse(stored)
  const { m, t, ln, r, p } = parameters
  if (algorithm === 'argon2id')
    return timingSafeEqual(tag, await argon2id(password, salt, { memory: Number(m), passes: Number(t) }, tag.length))
  if (algorithm === 'scrypt') {
    const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: 256 * 2 ** Number(ln) * Number(r) }
    return timingSafeEqual(tag, await scryptAsync(Buffer.from(preparePassword(password)), salt, tag.length, cost))
  }
  return false
}

const argon2id = (password: string, nonce: Buffer, { memory, passes }: HashCost, tagLength: number): Promise<Buffer> =>
  argon2Async('argon2id', { message: preparePassword(password), nonce, parallelism: 1, tagLength, memory, passes })

/** The PHC string format: `$argon2id$v=19$m=…,t=…,p=1$salt$tag`. */
const format = ({ memory, passes }: HashCost, salt: Buffer, tag: Buffer): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=1$${unpadded(salt)}$${unpadded(tag)}`

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')

function parse(phc: string) {
  const parts = phc.split('$').slice(1)
  const [salt = '', tag = ''] = parts.slice(-2)
  const parameters = parts.find((part) => part.includes('=') && !part.startsWith('v=')) ?? ''
  return {
    algorithm: parts[0],
    parameters: Object.fromEntries(parameters.split(',').map((pair) => pair.split('='))) as Record<string, string>,
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
}

type Waiting = { from: string; go: () => void; refuse: (reason: Problem) => void }

/**
 * Runs at most `lanes` at a time in the order they came, and lets `queue` wait. When more come, whoever has most
 * waiting gives up the last of it, so that a flood from one place turns away nobody else.
 */
function laneLimit(lanes: number, queue: number) {
  let running = 0
  const waiting: Waiting[] = []
  const busy = () => new Problem('busy', { retryAfter: 5 })

  const makeRoom = (from: string) => {
    const counts = new Map<string, number>()
    for (const place of waiting) counts.set(place.from, (counts.get(place.from) ?? 0) + 1)
    const [greediest, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0])
    if (most <= (counts.get(from) ?? 0) + 1) throw busy()
    const [last] = waiting.splice(
      waiting.findLastIndex((place) => place.from === greediest),
      1,
    )
    last?.refuse(busy())
  }

  return async <T>(work: () => Promise<T>, from = ''): Promise<T> => {
    if (running >= lanes) {
      if (waiting.length >= queue) makeRoom(from)
      await new Promise<void>((go, refuse) => waiting.push({ from, go, refuse }))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next.go()
      else running--
    }
  }
}
