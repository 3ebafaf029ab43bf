import { locale } from './language.ts'

/** "3 hours", "12 minutes": the largest unit that fits, rounded. */
export function durationInWords(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000))
  const [unit, amount] =
    minutes < 120
      ? (['minute', minutes] as const)
      : minutes < 48 * 60
        ? (['hour', Math.round(minutes / 60)] as const)
        : (['day', Math.round(minutes / 1440)] as const)
  return amount.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'long' })
}
