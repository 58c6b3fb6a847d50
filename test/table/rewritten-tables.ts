import type { Row, Table } from '../../src/index.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

/** A table of nine rows in three files, its versions 0 to 2. */
export async function numbers(properties: Record<string, string> = {}) {
  const { table, settings } = await tableWith([field('id', 'long'), field('name', 'string')], {
    properties,
    rows: [1, 2, 3].map(named),
  })
  await table.append([4, 5, 6].map(named))
  await table.append([7, 8, 9].map(named))
  return { table, settings, store: settings.store }
}

export function named(id: number): { id: number; name: string } {
  return { id, name: `n${id}` }
}

/** The ids of the rows that are there, in their order. */
export async function numbersIn(table: Table): Promise<number[]> {
  return (await rowsOf(table)).map((row) => Number(row.id)).sort((a, b) => a - b)
}

export function byId(rows: readonly Row[]): Row[] {
  return [...rows].sort((a, b) => Number(a.id) - Number(b.id))
}
