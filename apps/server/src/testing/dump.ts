import type { Db } from '@latchkey/db/db'

/** Every row of every table as one text, the same as long as the rows are: what somebody with a stolen database reads. */
export async function dump({ tables, select }: Pick<Db, 'tables' | 'select'>): Promise<string> {
  const rows = await Promise.all(Object.values(tables).map((table) => select().from(table)))
  return JSON.stringify(rows.map((table) => table.map((row) => JSON.stringify(row)).toSorted()))
}
