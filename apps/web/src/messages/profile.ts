import * as en from './en/profile.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
