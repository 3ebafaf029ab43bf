import { useNow } from './use-now.ts'
import { VisuallyHidden } from './visually-hidden.tsx'

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const inWords = (seconds: number, locale: string) => {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const [unit, length] = units.find(([, size]) => Math.abs(seconds) >= size) ?? (['second', 1] as const)
  return format.format(unit === 'second' ? 0 : Math.round(seconds / length), unit)
}

/** "3 minutes ago", with the exact moment on hover and for screen readers. */
export function RelativeTime({ at, locale }: { at: number; locale: string }) {
  const now = useNow()
  const exact = new Date(at).toLocaleString(locale, { dateStyle: 'long', timeStyle: 'long' })

  return (
    <time dateTime={new Date(at).toISOString()} title={exact}>
      {inWords((at - now) / 1000, locale)}
      <VisuallyHidden>, {exact}</VisuallyHidden>
    </time>
  )
}
