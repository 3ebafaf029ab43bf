import { hash } from 'node:crypto'

/** Codes in a set. */
export const SET_SIZE = 10
/** Random bytes in a code: 120 bits, so that a fast hash is enough to store it. */
export const CODE_BYTES = 15
/** Random bytes in the name of a set. */
export const LABEL_BYTES = 3

/** Thirty-two characters nobody mixes up when reading aloud: no 0 or O, no 1 or I. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

const spell = (bytes: Uint8Array) => {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('')
}

/** A code as it is shown: four groups of six. */
export const formatRecoveryCode = (bytes: Uint8Array): string => (spell(bytes).match(/.{6}/g) ?? []).join('-')

/** The name of a set: four characters, enough to tell two sheets of one person apart. */
export const formatSetLabel = (bytes: Uint8Array): string => spell(bytes).slice(0, 4)

/** What a person typed, brought to the form that is hashed: case, blanks and hyphens do not matter. */
export const readRecoveryCode = (typed: string): string => typed.toUpperCase().replace(/[^0-9A-Z]/g, '')

/** What is stored of a code: SHA-256 of its canonical form, in base64url. */
export const hashRecoveryCode = (code: string): string => hash('sha256', readRecoveryCode(code), 'base64url')

/** Characters of a code that are typed back as proof that the sheet is at hand: its last group. */
const TAIL_LENGTH = 6

/** The last group of a code. */
export const tailOf = (code: string): string => readRecoveryCode(code).slice(-TAIL_LENGTH)

/** What somebody typed back: a whole code, its last group alone, or something in between, which proves nothing. */
export function typedBack(typed: string): 'whole' | 'tail' | 'neither' {
  const { length } = readRecoveryCode(typed)
  if (length === (CODE_BYTES * 8) / 5) return 'whole'
  return length === TAIL_LENGTH ? 'tail' : 'neither'
}
