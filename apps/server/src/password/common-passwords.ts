import { dictionary } from '@zxcvbn-ts/language-common'

const common = new Set(dictionary['passwords-common'].filter((word) => word.length >= 3))

/** Whether a lower-case word is one of the fifty thousand commonest passwords. Offline, so it never fails open. */
export const isCommon = (word: string): boolean => common.has(word)
