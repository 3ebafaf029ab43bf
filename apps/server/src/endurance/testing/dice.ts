/** Chance that can be repeated. */
export type Dice = ReturnType<typeof makeDice>

/** Mulberry32: 32 bits of state are plenty for choosing what to do next. */
export function makeDice(seed: number) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)

  return {
    /** a whole number from 0 to limit - 1 */
    below,
    /** a number from 0 to 1 */
    next,
    chance: (probability: number) => next() < probability,
    /** one of several things, each as likely as the next */
    pick<T>(things: readonly T[]): T {
      const thing = things[below(things.length)]
      if (thing === undefined) throw new Error('There is nothing to pick from')
      return thing
    },
    /** the same things in another order */
    shuffle<T>(things: readonly T[]): T[] {
      const rest = [...things]
      return things.map(() => rest.splice(below(rest.length), 1)[0] as T)
    },
    /** one of several things by weight */
    weigh<T>(things: readonly (readonly [weight: number, thing: T])[]): T {
      let left = next() * things.reduce((sum, [weight]) => sum + weight, 0)
      for (const [weight, thing] of things) {
        left -= weight
        if (left < 0) return thing
      }
      throw new Error('There is nothing to pick from')
    },
  }
}
