import { hash } from 'node:crypto'
import { limits, PASSWORD_PAUSE } from '@latchkey/auth-core/lockout'
import type { Problem } from '@latchkey/contract/problem'
import type { Db, Tx } from '@latchkey/db/db'
import * as attempts from '../attempts/attempts.ts'
import type { Deps } from '../deps.ts'
import type { Exchange } from '../http/exchange.ts'
import * as knownBrowsers from '../sessions/known-browsers.ts'

/** Who a password is tried for; `typed` is the name where there is no such account. */
type Target = { userId: string | null; typed?: string; passwordHash: string | null }

const ofAccount = (userId: string) => `password:${userId}:`
/** Hashed where nobody has that name: it may be long, and it may be a password in the wrong field. */
const ofTarget = ({ userId, typed = '' }: Target) => ofAccount(userId ?? hash('sha256', typed, 'base64url'))
/** One run a door: what programs get wrong never pauses a person's sign-in. */
const fromAnywhere = (target: Target, door: PasswordDoor) =>
  `${ofTarget(target)}anywhere${door === 'basic' ? ':basic' : ''}`

/** A form a person fills in, or HTTP Basic. */
export type PasswordDoor = 'form' | 'basic'

/**
 * Checks a password under the sign-in limits. Every door that takes the account password comes through here, so one
 * budget covers them all. The same work is done whether the account exists or not. A browser the account knows has a
 * budget of its own, which no stranger's failures use up.
 * @throws Problem too-many-attempts, busy
 */
export async function provePassword(
  { db, now, hashPool }: Deps,
  exchange: Exchange,
  target: Target,
  password: string,
  door: PasswordDoor = 'form',
): Promise<PasswordVerdict> {
  const browser =
    door === 'form' && target.userId ? await knownBrowsers.recognise(db, exchange, target.userId, now()) : null
  const budget = browser ? knownBrowserBudget(target, browser) : strangerBudget(target, exchange, door)
  // Whoever has no tries left does not stand in the queue either
  const refusal = await budget.find(db, now())
  if (refusal) throw refusal
  // Counted when the hash is about to run and not before: a hundred people of one office who sign in at nine wait in
  // the queue, where nobody has failed yet
  const admit = async () => {
    const refusal = await db.write((tx) => budget.count(tx, now()))
    if (refusal) throw refusal
  }
  const isRight = await hashPool.verify(password, target.passwordHash, { from: exchange.network, admit })
  return { isRight, forgive: budget.forgive }
}

export type PasswordVerdict = {
  isRight: boolean
  /** takes the try back; call it in the transaction that uses a right password */
  forgive: (tx: Tx) => Promise<void>
}

type Budget = {
  /** the refusal for whoever has no tries left */
  find: (db: Db, now: number) => Promise<Problem | null>
  /** takes one try; the same refusal when none was left */
  count: (tx: Tx, now: number) => Promise<Problem | null>
  forgive: (tx: Tx) => Promise<void>
}

/** A few tries for this account from this network, more from it for whatever account, and a hundred from anywhere. */
function strangerBudget(target: Target, { network }: Exchange, door: PasswordDoor): Budget {
  const account = { key: `${ofTarget(target)}${network}`, limit: limits.passwordOfAccount }
  const run = fromAnywhere(target, door)
  const everyone = { key: `password-from:${network}`, limit: limits.passwordFromNetwork }
  const { find, count } = limited([account, everyone], run)
  return {
    find,
    count,
    async forgive(tx) {
      await attempts.forget(tx, [account.key, run])
      await attempts.giveBack(tx, everyone.key)
    },
  }
}

/** A few tries for this account from this browser, and a hundred in a row: its cookie may have been copied. */
function knownBrowserBudget(target: Target, browser: string): Budget {
  const own = { key: `${ofTarget(target)}browser:${browser}`, limit: limits.passwordFromKnownBrowser }
  const run = `${own.key}:run`
  return {
    ...limited([own], run),
    async forgive(tx) {
      await attempts.forget(tx, [own.key, run, fromAnywhere(target, 'form')])
    },
  }
}

/** Windows that fill, and a run of failures that pauses. */
const limited = (windows: attempts.Window[], run: string): Pick<Budget, 'find' | 'count'> => ({
  find: (db, now) => attempts.findFull(db, windows, now, run),
  count: async (tx, now) =>
    (await attempts.countInWindows(tx, windows, now)) ??
    (await attempts.countInRow(tx, run, PASSWORD_PAUSE, now)).refusal,
})

/** Forgets every failure that was counted for an account, from wherever it came. */
export const forgetPasswordTries = (tx: Tx, userId: string) => attempts.forgetAll(tx, ofAccount(userId))
