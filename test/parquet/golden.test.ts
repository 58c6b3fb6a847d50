import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PhysicalTree } from '../../src/schema/index.ts'
import { readAll } from './encode.ts'

const golden = new URL('../../../shared/golden/', import.meta.url)

/** All rows of a folder of Parquet files, in an order of their own. */
async function rowsIn(table: string, folder: string): Promise<string[]> {
  const directory = new URL(`${table}/${folder}/`, golden)
  const files = readdirSync(directory).filter((name) => name.endsWith('.parquet'))
  const rows: string[] = []
  for (const name of files) {
    const { length, columns } = await readAll(readFileSync(new URL(name, directory)))
    for (let i = 0; i < length; i++)
      rows.push(JSON.stringify([...columns].map(([column, values]) => [column, show(values[i])])))
  }
  return rows.sort()
}

function show(value: PhysicalTree | null | undefined): unknown {
  if (value instanceof Uint8Array) return { bytes: [...value] }
  return typeof value === 'bigint' ? { bigint: String(value) } : value
}

describe.runIf(existsSync(golden))('golden tables, as Spark wrote them', () => {
  test.each(['124-decimal-decode-bug', 'data-reader-primitives', 'data-reader-date-types-utc'])(
    'the data files of %s hold the expected rows',
    async (table) => {
      const rows = await rowsIn(table, 'delta')
      expect(rows.length).toBeGreaterThan(0)
      expect(rows).toEqual(await rowsIn(table, 'expected'))
    },
  )
})

if (!existsSync(golden)) console.warn(`the golden tables are not at ${golden.pathname}: their tests did not run`)
