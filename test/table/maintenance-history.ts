import { createTable, openTable, type Row, type Runtime, type Table } from '../../src/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { collect } from '../collect.ts'
import { field } from './table-with.ts'

const DAY = 86_400_000
const SCHEMA = JSON.stringify({ type: 'struct', fields: [field('id', 'long'), field('part', 'string')] })

/** One thing that happens to a table; what is done is made of it and of the table as it is. */
export interface Step {
  readonly kind: 'append' | 'delete' | 'optimize' | 'restore' | 'checkpoint' | 'wait' | 'litter'
  /** Chooses among partitions, ids, versions and days. */
  readonly choice: number
}

export const STEP_KINDS: readonly Step['kind'][] = [
  'append',
  'delete',
  'optimize',
  'restore',
  'checkpoint',
  'wait',
  'litter',
]

/** A table to which something happened, and what each of its versions held when it was new. */
export interface Lived {
  readonly table: Table
  readonly contents: ReadonlyMap<number, readonly string[]>
}

/** Lets a table live through some steps. */
export async function live(store: ObjectStore, runtime: Runtime, steps: readonly Step[]): Promise<Lived> {
  const properties = { 'delta.enableChangeDataFeed': 'true', 'delta.checkpointInterval': '3' }
  const settings = { store, runtime, schema: SCHEMA, partitionBy: ['part'], properties }
  const table = await createTable('memory://t', settings)
  const contents = new Map<number, readonly string[]>([[0, []]])
  for (const [index, { kind, choice }] of steps.entries()) {
    await runtime.sleep(1000)
    switch (kind) {
      case 'append':
        await table.append([1, 2].map((n) => ({ id: index * 10 + n, part: `p ${(choice + n) % 3}` })))
        break
      case 'delete':
        await table.delete({ where: { part: `p ${choice % 3}`, id: { lt: choice * 10 } } })
        break
      case 'optimize':
        await table.optimize()
        break
      case 'restore':
        await table.restore({ version: choice % (table.version + 1) })
        break
      case 'checkpoint':
        await table.checkpoint()
        break
      case 'wait':
        await runtime.sleep((choice % 5) * DAY)
        break
      case 'litter':
        await store.put(`part=p%20${choice % 3}/litter-${index}.parquet`, new Uint8Array([choice]), { mode: 'create' })
    }
    contents.set(table.version, await contentOf(table))
  }
  await table.settled()
  return { table, contents }
}

/** The rows of a version, each as text, in one order. */
export async function contentOf(table: Table, version?: number): Promise<string[]> {
  const rows: Row[] = await collect(table.read(version === undefined ? {} : { version }))
  return rows.map((row) => JSON.stringify(row)).sort()
}

export function reopened(store: ObjectStore, runtime: Runtime): Promise<Table> {
  return openTable('memory://t', { store, runtime })
}
