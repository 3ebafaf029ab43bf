/**
 * One line of a CSV file (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front:
 * what is in it may have been written by a stranger (OWASP: CSV injection).
 */
export const csvLine = (cells: (string | number | boolean | null)[]): string => `${cells.map(cell).join(',')}\r\n`

function cell(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
