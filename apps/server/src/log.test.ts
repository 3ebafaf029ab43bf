import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LogLevel } from './config.ts'
import { describeError, makeLog } from './log.ts'

const gather = (level: LogLevel = 'debug') => {
  const written: string[] = []
  const log = makeLog(level, (lines) => written.push(lines))
  return {
    log,
    text: () => {
      log.flush()
      return written.join('')
    },
  }
}

describe('LG-03 a log line', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '\n{"event":"forged"}',
      '\r\n',
      '\u001b[2J\u001b[31m',
      '\u2028{"event":"forged"}',
      '\u2029',
      '\u0085',
      '\u0000',
      '"}\n{"a":"',
      '\u009b31m',
      '\u202e',
    ),
  )

  test('is one line of JSON, whatever its fields hold, and tells it back', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ client: nasty, name: nasty }), { minLength: 1, maxLength: 5 }), (rows) => {
        const { log, text } = gather()
        for (const row of rows) log.info('request', row)
        const lines = text().split(/[\n\r\v\f\u0085\u2028\u2029]/u)
        expect(lines.pop()).toBe('')
        expect(lines).toHaveLength(rows.length)
        for (const [i, line] of lines.entries())
          expect(JSON.parse(line)).toMatchObject({ event: 'request', ...rows[i] })
      }),
      { numRuns: 300 },
    )
  })

  test('holds no character that drives a terminal', () => {
    fc.assert(
      fc.property(nasty, (client) => {
        const { log, text } = gather()
        log.info('request', { client })
        expect(text()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/)
      }),
      { numRuns: 300 },
    )
  })
})

test('LG-02 a log line says when in UTC, how bad and what', () => {
  const { log, text } = gather()
  log.warn('something', { requestId: 'r1' })
  const line = JSON.parse(text())
  expect(line).toMatchObject({ level: 'warn', event: 'something', requestId: 'r1' })
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
})

test.each([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
] as const)('from level %s on %i of the four levels are written', (level, count) => {
  const { log, text } = gather(level)
  for (const own of ['debug', 'info', 'warn', 'error'] as const) log[own]('event')
  expect(text().split('\n')).toHaveLength(count + 1)
})

test('lines are written by themselves, in order, and flushing twice writes nothing twice', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const log = makeLog('info', resolve)
  log.info('first')
  log.info('second')
  const keepAlive = setInterval(() => {}, 1_000)
  const events = (await promise)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).event)
  clearInterval(keepAlive)
  expect(events).toEqual(['first', 'second'])
  const { log: other, text } = gather()
  other.info('once')
  expect(text()).toBe(text())
})

describe('LG-01 what is said of an error', () => {
  test('is its cause and where it happened, not the message of the wrapper that repeats parameters', () => {
    const wrapper = new Error('Failed query: select … params: hunter2', { cause: new TypeError('no such column') })
    const said = describeError(wrapper)
    expect(said).toMatchObject({ error: 'TypeError', message: 'no such column' })
    expect(JSON.stringify(said)).not.toContain('hunter2')
  })

  test('repeats no message inside the stack', () => {
    const error = new Error('one\ntwo\nthree')
    const { stack } = describeError(error) as { stack: string[] }
    expect(stack.length).toBeGreaterThan(0)
    for (const frame of stack) expect(frame).toMatch(/^at /)
  })

  test('is something for anything that can be thrown', () => {
    const thrown = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.constantFrom(null, undefined, 0, new Error('a', { cause: null })),
    )
    fc.assert(
      fc.property(thrown, (error) => {
        expect(JSON.parse(JSON.stringify(describeError(error)))).toHaveProperty('stack')
      }),
    )
  })
})
