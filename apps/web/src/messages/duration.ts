import { locale } from './language.ts'

/** "3 hours", "12 minutes": the largest unit that fits, never more than is left. */
export function durationInWords(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / 60_000))
  const [unit, amount] =
    minutes < 120
      ? (['minute', minutes] as const)
      : minutes < 48 * 60
        ? (['hour', Math.floor(minutes / 60)] as const)
        : (['day', Math.floor(minutes / 1440)] as const)
  return amount.toLocaleString(locale, { style: 'unit', unit, unitDisplay: 'long' })
}
