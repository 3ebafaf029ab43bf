/** At the start of a file: without it Excel takes UTF-8 for something older. */
export const BYTE_ORDER_MARK = '\uFEFF'

/** What a cell of text may begin with to be taken for a formula, in full-width characters too (ASVS 1.2.10, OWASP: CSV injection). */
const FORMULA = '=+-@＝＋－＠\t\r\n\0'

/** Where a spreadsheet set to another separator would begin a cell. */
const AFTER_OTHER_SEPARATOR = /([;|\t]\s*)([=+\-@＝＋－＠])/g

/**
 * One line of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front:
 * what is in it may have been written by a stranger.
 */
export const csvLine = (cells: (string | number | boolean | null)[]): string => `${cells.map(cell).join(',')}\r\n`

function cell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  const isRisky = typeof value === 'string' && value !== '' && FORMULA.includes(value.charAt(0))
  const harmless = (isRisky ? `'${text}` : text).replaceAll(AFTER_OTHER_SEPARATOR, "$1'$2")
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
