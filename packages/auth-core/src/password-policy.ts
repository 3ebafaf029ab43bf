/** Upper bounds of a password: code points and UTF-8 bytes after normalising. Nothing is ever cut. */
export const MAXIMUM_CODE_POINTS = 256
export const MAXIMUM_BYTES = 1024

/**
 * The one thing done to a password before it is hashed, on setting and on checking alike: NFC, so that é typed on
 * two keyboards is one letter (RFC 8265 section 4.2.2). NFKC would merge letters that differ.
 */
export const preparePassword = (typed: string): string => typed.normalize('NFC')

/** Whether a password could be anybody's; checked before hashing, so that a megabyte costs nothing. */
export const isHashable = (typed: string): boolean => {
  const password = preparePassword(typed)
  return countCodePoints(password) <= MAXIMUM_CODE_POINTS && Buffer.byteLength(password) <= MAXIMUM_BYTES
}

export type PasswordVerdict = { ok: true } | { ok: false; reason: 'too-short' | 'too-long' | 'invalid' | 'compromised' }

/**
 * Judges a new password: length, no control characters, and not something an attacker tries first. There is no rule
 * about kinds of characters and no expiry (NIST SP 800-63B-4 section 3.1.1.2).
 * @param minimum code points, from the policy
 * @param context words an attacker would try for this very account: user name, parts of the address, product, host
 * @param isCommon whether a lower-case word is on the list of common passwords
 */
export function checkNewPassword(
  typed: string,
  { minimum, context, isCommon }: { minimum: number; context: string[]; isCommon: (word: string) => boolean },
): PasswordVerdict {
  const password = preparePassword(typed)
  if (countCodePoints(password) < minimum) return { ok: false, reason: 'too-short' }
  if (!isHashable(password)) return { ok: false, reason: 'too-long' }
  if (/[\p{Cc}\p{Cs}]/u.test(password)) return { ok: false, reason: 'invalid' }
  const guessable = new Set(context.map((word) => word.toLowerCase()).filter((word) => word.length >= 3))
  const effort = guessingEffort(password.toLowerCase(), (word) => guessable.has(word) || isCommon(word))
  return effort > EASILY_GUESSED ? { ok: true } : { ok: false, reason: 'compromised' }
}

/**
 * Up to two common pieces and one more character, or one piece and three: a list of fifty thousand words covers more
 * than a thousand million of these, the commonest long passwords among them.
 */
const EASILY_GUESSED = 5
const PIECE = 2
const CHARACTER = 1
/** Nothing known is longer; a longer run is several pieces, of which the second and later are free. */
const LONGEST_PIECE = 32

/** How much there is to guess: the cheapest way to spell a password from known pieces. Saying a piece again is free. */
function guessingEffort(password: string, isKnown: (word: string) => boolean): number {
  const best: { effort: number; pieces: Set<string> }[] = [{ effort: 0, pieces: new Set() }]
  for (let end = 1; end <= password.length; end++) {
    const before = best[end - 1] as (typeof best)[number]
    let cheapest = { effort: before.effort + CHARACTER, pieces: before.pieces }
    for (let start = Math.max(0, end - LONGEST_PIECE); start <= end - 3; start++) {
      const piece = password.slice(start, end)
      const from = best[start] as (typeof best)[number]
      const effort = from.effort + (from.pieces.has(piece) ? 0 : PIECE)
      if (effort >= cheapest.effort) continue
      if (isRun(piece) || isKnown(piece)) cheapest = { effort, pieces: new Set(from.pieces).add(piece) }
    }
    best.push(cheapest)
  }
  return (best.at(-1) as (typeof best)[number]).effort
}

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
]

/** One character over and over, or neighbours on the keyboard, in the alphabet or among the digits. */
const isRun = (piece: string): boolean => {
  const [first = ''] = piece // a whole code point: an emoji over and over is a run too
  if (piece === first.repeat(piece.length / first.length)) return true
  const backwards = [...piece].reverse().join('')
  return ROWS.some((row) => row.includes(piece) || row.includes(backwards))
}

/** Code points, which is what people count: an emoji is one. */
const countCodePoints = (text: string): number => [...text].length
