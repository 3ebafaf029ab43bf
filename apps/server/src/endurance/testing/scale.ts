import { randomInt } from 'node:crypto'

/** `npm run endure` runs everything; the ordinary test run takes a sample, so that the suites themselves stay true. */
const isWhole = process.env['ENDURANCE'] === 'whole'

export const inWhole = <T>(whole: T, sample: T): T => (isWhole ? whole : sample)

/** Long enough for a slow machine that others use as well. */
export const LONG = inWhole(60, 3) * 60_000

/** What every random choice follows from. Give the one that was printed in ENDURANCE_SEED to repeat a run. */
export const seed = Number(process.env['ENDURANCE_SEED'] ?? randomInt(2 ** 31))

/** One line on standard output, past the reporter: figures for whoever started the run. */
export const say = (line: string) => process.stdout.write(`endurance: ${line}\n`)
