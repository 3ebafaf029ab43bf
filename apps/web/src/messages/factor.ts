import * as en from './en/factor.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
