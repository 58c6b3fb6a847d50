import type { Table } from '../table/index.ts'

/**
 * Takes back what a publication left in a table that died or lost: so the files that recipients see until the next one leave
 * the table with it, and their retention begins then.
 * @param pin the version that the share shows, if it shows one.
 * @throws {DeltaError} `not-found` where that is gone; as `table.restore`.
 */
export async function goBack(table: Table, pin: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  if (pin !== undefined && table.version !== pin) await table.restore({ version: pin, exclusive: true, signal })
}
