import { RelativeTime } from '@latchkey/ui/relative-time'
import { locale } from '../messages/language.ts'

/** When it was or will be, or the words for never. */
export const moment = (at: number | null, none: string) =>
  at === null ? none : <RelativeTime at={at} locale={locale} />
