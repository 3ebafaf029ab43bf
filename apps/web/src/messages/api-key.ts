import * as en from './en/api-key.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
