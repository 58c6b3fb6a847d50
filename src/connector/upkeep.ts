import type { Table } from '../table/index.ts'

/** What changes no row. */
const UPKEEP: ReadonlySet<string | undefined> = new Set(['OPTIMIZE', 'VACUUM START', 'VACUUM END'])

/** Whether a table has the rows of an older version: nothing but upkeep was done since. */
export async function isUpkept(head: Table, version: number): Promise<boolean> {
  if (head.version === version) return true
  const since = (await head.history({ limit: head.version - version })).filter((entry) => entry.version > version)
  return since.length === head.version - version && since.every(({ operation }) => UPKEEP.has(operation))
}
