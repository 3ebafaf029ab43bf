import * as en from './en/api-password.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
