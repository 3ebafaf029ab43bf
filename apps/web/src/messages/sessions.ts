import * as en from './en/sessions.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
