import * as en from './en/setup.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
