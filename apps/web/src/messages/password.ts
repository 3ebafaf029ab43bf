import * as en from './en/password.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
