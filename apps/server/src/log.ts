import type { LogLevel } from './config.ts'

/** How long a line may wait for others, in milliseconds, and how many characters may wait. */
const GATHER = 50
const MOST = 64 * 1024

/**
 * What JSON.stringify leaves as it is and a reader takes for more than a character: line ends of some, control
 * sequences of terminals (ECMA-48 section 8.3), changes of direction.
 */
const TERMINAL = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const ORDER: LogLevel[] = ['debug', 'info', 'warn', 'error']

export type Log = Record<LogLevel, (event: string, fields?: Record<string, unknown>) => void> & { flush(): void }

/**
 * One JSON line an event. Callers name the fields they log; no request, header, body or error object is ever handed
 * over whole, so no secret can ride along. Lines are gathered for a moment, because each write costs as much as a
 * request; call `flush` before the process ends.
 */
export function makeLog(level: LogLevel, write: (lines: string) => void): Log {
  let waiting = ''
  const flush = () => {
    if (!waiting) return
    write(waiting)
    waiting = ''
  }
  const at = (own: LogLevel) =>
    ORDER.indexOf(own) < ORDER.indexOf(level)
      ? () => {}
      : (event: string, fields: Record<string, unknown> = {}) => {
          if (!waiting) setTimeout(flush, GATHER).unref()
          const line = `{"time":"${timestamp(Date.now())}","level":"${own}",${JSON.stringify({ event, ...fields }).slice(1)}`
          waiting += PLAIN.test(line) ? `${line}\n` : `${line.replace(TERMINAL, escaped)}\n`
          if (waiting.length > MOST) flush()
        }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), flush }
}

const PLAIN = /^[\x20-\x7e]*$/
const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** RFC 3339 in UTC, spelled once a millisecond. */
let spelled = { moment: 0, text: '' }
function timestamp(moment: number): string {
  if (moment !== spelled.moment) spelled = { moment, text: new Date(moment).toISOString() }
  return spelled.text
}

/** What may be said of an error in a log: no message of a query wrapper, because that repeats its parameters. */
export function describeError(error: unknown): Record<string, unknown> {
  const cause = (error as Error)?.cause ?? error
  const { name, message, code, stack } = Object(cause) as Error & { code?: string }
  const frames = String(stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
  return { error: name, message, code, stack: frames.slice(0, 8).map((frame) => frame.trim()) }
}
