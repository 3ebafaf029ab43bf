import * as en from './en/everywhere.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
