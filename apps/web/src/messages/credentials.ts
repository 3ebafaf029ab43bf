import * as en from './en/credentials.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
