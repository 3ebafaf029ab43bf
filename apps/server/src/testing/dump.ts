import type { Db } from '@latchkey/db/db'

/** Every row of every table as one text: what somebody with a stolen database reads. */
export async function dump({ tables, select }: Db): Promise<string> {
  const rows = await Promise.all(Object.values(tables).map((table) => select().from(table)))
  return JSON.stringify(rows)
}
