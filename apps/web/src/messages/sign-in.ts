import * as en from './en/sign-in.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
