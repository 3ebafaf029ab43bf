import * as en from './en/step-up.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
