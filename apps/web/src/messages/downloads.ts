import * as en from './en/downloads.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
