import { engines } from '@latchkey/db/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type World, world } from '../testing/world.ts'
import { makeDice } from './testing/dice.ts'
import { modelRun } from './testing/model-run.ts'
import { inWhole, LONG, say, seed } from './testing/scale.ts'

const STEPS = inWhole(20_000, 400)

describe.each(engines)('people and administrators doing this and that on two servers, on %s', (engine) => {
  let w: World
  beforeAll(async () => {
    w = await world(engine)
  })
  afterAll(() => w.close())

  test('CC-02 I1 I2 I3 I4 I7 I8 everything goes as the rules say, and at the end everybody still gets in', {
    timeout: LONG,
  }, async () => {
    say(`model on ${engine}: ${STEPS} steps, seed ${seed}`)
    const began = performance.now()
    const { pairs, explained, loosely, succeeded } = await modelRun({ w, dice: makeDice(seed), steps: STEPS }).catch(
      (error: Error) => {
        throw new Error(`With ENDURANCE_SEED=${seed} on ${engine}. ${error.message}`)
      },
    )
    const seconds = Math.round((performance.now() - began) / 1000)
    say(
      `model on ${engine}: ${seconds} s, ${pairs} pairs at once (${explained} as one order says, ${loosely} but for refusals and counts)`,
    )
    const tally = [...succeeded].sort(([, a], [, b]) => b - a).map(([name, times]) => `${times} ${name}`)
    say(`model on ${engine}: succeeded ${tally.join(', ')}`)
    // a run that never got anywhere would prove nothing
    expect(succeeded.size).toBeGreaterThanOrEqual(inWhole(18, 12))
  })
})
