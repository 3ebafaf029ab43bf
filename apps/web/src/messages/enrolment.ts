import * as en from './en/enrolment.ts'
import { inLanguage } from './language.ts'

export const m = inLanguage({ en })
