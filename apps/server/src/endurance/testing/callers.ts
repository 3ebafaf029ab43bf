import type { Line } from './line.ts'

/** Comes back when something is true; looked at after every call. */
type Until = (isTrue: () => boolean) => Promise<void>

/**
 * Lets something be done over every line, again and again, while other work goes on.
 * @returns what that work came to, after the last call was answered
 */
export async function whileCalling<T>(
  lines: readonly Line[],
  call: (line: Line, n: number) => Promise<unknown>,
  work: (until: Until) => Promise<T>,
): Promise<T> {
  const now = { isOver: false }
  const waiting = new Set<() => void>()
  const until: Until = (isTrue) =>
    new Promise((go) => {
      const look = () => {
        if (!isTrue()) return
        waiting.delete(look)
        go()
      }
      waiting.add(look)
      look()
    })
  const loops = lines.map(async (line, n) => {
    while (!now.isOver) {
      await call(line, n)
      for (const look of waiting) look()
    }
  })
  // whichever breaks first ends both, and is what is reported
  const broken = Promise.all(loops).then(() => new Promise<never>(() => {}))
  try {
    return await Promise.race([work(until), broken])
  } finally {
    now.isOver = true
    await Promise.allSettled(loops)
  }
}
