/** 0 nothing typed, 1 weak, 2 fair, 3 good, 4 strong: a hint while typing; the server alone decides. */
export type Strength = 0 | 1 | 2 | 3 | 4

/** Bits a guesser has to find, judged kindly low: what repeats or counts on adds next to nothing. */
export function passwordStrength(password: string): Strength {
  if (password === '') return 0
  const bits = surprises(password) * Math.log2(alphabetSize(password))
  if (bits < 40) return 1
  if (bits < 60) return 2
  return bits < 80 ? 3 : 4
}

const alphabets: readonly (readonly [RegExp, number])[] = [
  [/[a-z]/, 26],
  [/[A-Z]/, 26],
  [/[0-9]/, 10],
  [/[ -/:-@[-`{-~]/, 33],
  [/[^ -~]/, 100],
]

const alphabetSize = (password: string) =>
  alphabets.reduce((size, [kind, count]) => (kind.test(password) ? size + count : size), 0)

/** Characters that could not be told from what stands before them: "aaaa", "abcd" and "abababab" hold few. */
function surprises(password: string): number {
  const points = [...password].map((character) => character.codePointAt(0) ?? 0)
  let count = 0
  for (const [index, point] of points.entries()) {
    const step = point - (points[index - 1] ?? Number.NaN)
    const previousStep = (points[index - 1] ?? Number.NaN) - (points[index - 2] ?? Number.NaN)
    const countsOn = step === previousStep && Math.abs(step) <= 1
    const seenBefore = index >= 3 && password.indexOf(password.slice(index - 2, index + 1)) < index - 2
    count += countsOn || seenBefore ? 0.15 : 1
  }
  // words are guessed as words, so a letter in a long run of letters is worth less than a random one
  return /^[\p{L} -]+$/u.test(password) ? count * 0.7 : count
}
