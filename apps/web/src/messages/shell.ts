import * as en from './en/shell.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
