import * as en from './en/returning.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
