/** What could move the cursor of a terminal or turn its text round, and rows apart. */
const harmful = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Columns as wide as their widest cell, two blanks apart: so a cell holds one at a time, or it could fake a column. */
export function table(rows: string[][]): string {
  const clean = rows.map((row) => row.map((cell) => cell.replaceAll(harmful, '?').replaceAll(/\s+/g, ' ')))
  const widths = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)))
  return clean
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** JSON of the same meaning (RFC 8259 section 7) that does a terminal no harm either. */
export const json = (value: unknown): string =>
  JSON.stringify(value).replaceAll(harmful, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  )
