import * as en from './en/new-password.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
