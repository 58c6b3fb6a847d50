import { describe, expect, test } from 'vitest'
import { createTable, openTable, type Row, simulatedRuntime, type Table } from '../../src/index.ts'
import { formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import { memoryStore } from '../../src/store/index.ts'

const runtime = simulatedRuntime({ tick: 1000 })

async function valuesOf(table: Table, where?: object): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const row of table.read({ columns: ['c'], where })) values.push(row.c)
  return values
}

/** A table whose column `c` had one type when its first file was written, and has another now. */
async function widened(
  fromType: string,
  toType: string,
  rows: readonly Row[],
  partitionBy: string[] = [],
): Promise<Table> {
  const store = memoryStore({ runtime })
  const options = { store, runtime }
  const field = (type: string, metadata = {}) => {
    const id = { name: 'id', type: 'long', nullable: true, metadata: {} }
    return JSON.stringify({ type: 'struct', fields: [{ name: 'c', type, nullable: true, metadata }, id] })
  }
  await createTable('memory://t', { ...options, schema: field(fromType), rows: [...rows], partitionBy })
  const { metadata } = await loadSnapshot(store)
  const schemaString = field(toType, { 'delta.typeChanges': [{ fromType, toType }] })
  const features = ['typeWidening', 'timestampNtz']
  const protocol = { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features }
  const text = `${JSON.stringify({ protocol })}\n${JSON.stringify({ metaData: { ...metadata, schemaString } })}`
  await store.put(formatCommitPath(1), new TextEncoder().encode(text), { mode: 'create' })
  return openTable('memory://t', options)
}

const CASES: readonly [from: string, to: string, old: unknown, read: unknown, wider: unknown][] = [
  ['byte', 'short', -128, -128, 300],
  ['short', 'integer', 300, 300, 70_000],
  ['integer', 'long', 70_000, 70_000, 2 ** 40],
  ['integer', 'double', 7, 7, 7.5],
  ['float', 'double', Math.fround(0.1), Math.fround(0.1), 0.1],
  ['date', 'timestamp_ntz', '2026-01-02', '2026-01-02T00:00:00.000000', '2026-01-02T10:00:00.000001'],
  ['decimal(4,2)', 'decimal(20,4)', '12.34', '12.3400', '9876543210.0001'],
  ['integer', 'decimal(12,2)', 7, '7.00', '7.25'],
  ['long', 'decimal(22,1)', 2 ** 40, `${2 ** 40}.0`, '0.5'],
]

describe.each(CASES)('a column widened from %s to %s', (from, to, old, read, wider) => {
  test('has the values of older and of newer files, and is filtered and pruned by both', async () => {
    const table = await widened(from, to, [{ id: 1, c: old }])
    await table.append([{ id: 2, c: wider }])
    expect(await valuesOf(table)).toEqual([read, wider])
    expect(await valuesOf(table, { c: read })).toEqual([read])
    expect(await valuesOf(table, { c: wider })).toEqual([wider])
    expect(await valuesOf(table, { c: { gte: read }, id: 1 })).toEqual([read])
    expect(await valuesOf(table, { c: { lte: read }, id: 1 })).toEqual([read])
  })

  test('partitions as before', async () => {
    const table = await widened(from, to, [{ id: 1, c: old }], ['c'])
    await table.append([{ id: 2, c: wider }])
    // The text of a float in the log is the shortest one: as the text of a double it is that double, as Spark reads it.
    expect(await valuesOf(table)).toEqual([from === 'float' ? 0.1 : read, wider])
  })
})

test('a type that was changed to a narrower one is refused by name', async () => {
  await expect(widened('long', 'integer', [{ id: 1, c: 1 }])).rejects.toMatchObject({
    code: 'unsupported',
    details: { column: 'c', feature: 'typeWidening' },
  })
})
