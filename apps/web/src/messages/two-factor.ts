import * as en from './en/two-factor.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
