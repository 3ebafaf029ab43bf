import { setImmediate } from 'node:timers/promises'
import { apiBase } from '@latchkey/contract/endpoint'
import { and, eq, isNotNull } from '@latchkey/db/drizzle'
import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../testing/world.ts'
import { makeDice } from './testing/dice.ts'
import { type Answer, type Facts, factsOf, type Operation, preparations, unlike } from './testing/interrupted.ts'
import { brokenInvariants } from './testing/invariants.ts'
import { inWhole, LONG, say, seed } from './testing/scale.ts'
import { at, type ServerProcess, startProcess } from './testing/server-process.ts'

const KILLS = inWhole(100, 4)
/** When to kill: after a while; a while after so many answers; at the first sight of a change. */
type Moment = { delay: number } | { answers: number; delay: number } | { seen: number }

/** How far an operation had come: not done; done, but nobody was told; done and answered. */
type Point = 'before' | 'in' | 'after'

describe.each(engines)('a server killed while it changes something, on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  test(`CC-02 TO-06 I1 I2 I8 I9 after ${KILLS} kills everything was done as a whole or not at all`, {
    timeout: LONG,
  }, async () => {
    say(`kills on ${engine}: ${KILLS} kills, seed ${seed}`)
    const dice = makeDice(seed)
    // At any moment within 150 ms; shortly after so many answers, because a server that just started takes its time; or
    // as soon as one of the changes is seen in the database, which is when half of one would be seen as well
    const moment = () =>
      dice.pick<Moment>([
        { delay: dice.next() * 150 },
        { answers: 1 + dice.below(preparations.length), delay: dice.next() * dice.pick([0, 2, 10]) },
        // a password is hashed first, so its change is the last to come
        { seen: dice.chance(0.3) ? preparations.length - 1 : dice.below(preparations.length) },
      ])
    const began = performance.now()
    const counts = new Map<string, Record<Point, number>>()
    let server = await startProcess(w)
    try {
      for (let kill = 1; kill <= KILLS; kill++) {
        const operations = await Promise.all(preparations.map((prepare) => prepare(w)))
        const before = await Promise.all(operations.map((operation) => factsOf(w, operation)))
        const answers = await sendAndKill(server, operations, moment())
        const points = await Promise.all(
          operations.map((operation, n) => judge(operation, before[n] as Facts, answers[n] ?? null)),
        )
        server = await startProcess(w)
        await Promise.all(operations.map((operation, n) => again(server, operation, points[n] as Point)))
        operations.forEach(({ name }, n) => {
          const count = counts.get(name) ?? { before: 0, in: 0, after: 0 }
          count[points[n] as Point]++
          counts.set(name, count)
        })
        if (kill % 10 === 0 || kill === KILLS) expect(await brokenInvariants(w)).toEqual([])
      }
    } finally {
      await server.end('SIGKILL')
    }
    const seconds = Math.round((performance.now() - began) / 1000)
    say(`kills on ${engine}: ${seconds} s; not done / done and not answered / answered:`)
    for (const [name, count] of counts)
      say(`kills on ${engine}: ${name}: ${count.before} / ${count.in} / ${count.after}`)
    const sum = (point: Point) => [...counts.values()].reduce((total, count) => total + count[point], 0)
    say(`kills on ${engine}: all together: ${sum('before')} / ${sum('in')} / ${sum('after')}`)
    // kills that always come too early or too late would prove nothing
    for (const point of ['before', 'after'] as const) expect(sum(point)).toBeGreaterThanOrEqual(inWhole(KILLS, 0))
  })

  const request = async (server: ServerProcess, { browser, endpoint, body }: Operation) => {
    const sender = at(server.url, w, browser)
    const reply = await sender.send(endpoint.method, apiBase + endpoint.path, body === undefined ? {} : { body })
    return { isGood: reply.ok, text: await reply.text() }
  }

  /** @returns the answers that came; null where the connection broke first */
  const sendAndKill = async (server: ServerProcess, operations: Operation[], moment: Moment) => {
    const arrived = makeCounter()
    const glimpse = 'seen' in moment ? await makeGlimpse(operations[moment.seen] as Operation) : null
    const sent = operations.map(async (operation) => {
      const answer = await request(server, operation).catch(() => null)
      arrived.count()
      return answer
    })
    if ('answers' in moment) await arrived.reached(moment.answers)
    if ('delay' in moment) await new Promise((elapsed) => setTimeout(elapsed, moment.delay))
    // SQLite answers at once: without a break nothing else would get its turn
    while (glimpse && !(await glimpse())) await setImmediate()
    await server.end('SIGKILL')
    const answers = await Promise.all(sent)
    return answers.map((answer, n) => {
      if (answer && !answer.isGood) throw new Error(`${operations[n]?.name} was refused: ${answer.text}`)
      return answer && ((answer.text ? JSON.parse(answer.text) : {}) as Answer)
    })
  }

  /** @returns a quick look at whether anything about a person has changed */
  const makeGlimpse = async ({ person }: Operation) => {
    const { users, authenticators, recoverySets } = w.db.tables
    const look = async () =>
      JSON.stringify(
        await w.db
          .select({
            app: authenticators.id,
            set: recoverySets.id,
            hash: users.passwordHash,
            pending: users.twoFactorPendingSince,
            signedIn: users.lastSeenAt,
          })
          .from(users)
          .leftJoin(authenticators, eq(authenticators.userId, users.id))
          .leftJoin(recoverySets, and(eq(recoverySets.userId, users.id), isNotNull(recoverySets.confirmedAt)))
          .where(eq(users.id, person.id)),
      )
    const before = await look()
    return async () => (await look()) !== before
  }

  /** Fully before or fully after, and after if anybody was told so. */
  const judge = async (operation: Operation, before: Facts, answer: Answer | null): Promise<Point> => {
    const facts = await factsOf(w, operation)
    const missing = unlike(facts, before, operation.changes(before, answer))
    if (missing.length === 0) return answer ? 'after' : 'in'
    if (answer === null && unlike(facts, before, {}).length === 0) return 'before'
    const sides = JSON.stringify({ before, facts, answer }, null, 2)
    throw new Error(`Half done: ${operation.name}, by ${missing.join(', ')}; seed ${seed}\n${sides}`)
  }

  /** On the server that took its place the same request is good if it was not carried out, and only then. */
  const again = async (server: ServerProcess, operation: Operation, point: Point) => {
    const { isGood, text } = await request(server, operation)
    const told = `${operation.name} once more, ${point} the kill: ${text}`
    expect(told.concat(` ${isGood}`)).toBe(told.concat(` ${point === 'before'}`))
  }
})

/** Counts, and tells when so many were counted. */
function makeCounter() {
  let counted = 0
  let tell = () => {}
  return {
    count() {
      counted++
      tell()
    },
    reached: (enough: number) =>
      new Promise<void>((resolve) => {
        tell = () => {
          if (counted >= enough) resolve()
        }
        tell()
      }),
  }
}
