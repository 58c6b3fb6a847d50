import { parquetMetadata } from 'hyparquet'
import { expect, test } from 'vitest'
import { simulatedRuntime } from '../../src/runtime.ts'
import type { Row, StructType } from '../../src/schema/index.ts'
import { encode, readAll } from './encode.ts'

const schema: StructType = {
  type: 'struct',
  fields: ['random', 'steps', 'few'].map((name) => ({ name, type: { type: 'double' }, nullable: true, metadata: {} })),
}

const { random } = simulatedRuntime({ seed: 7 })
const rows: Row[] = Array.from({ length: 40_000 }, (_, i) => ({ random: random() * 1e9, steps: i, few: i % 7 }))

function codecsOf(bytes: Uint8Array): unknown[] {
  const { row_groups } = parquetMetadata(Uint8Array.from(bytes).buffer)
  return row_groups.map((group) => group.columns.map((chunk) => chunk.meta_data?.codec))
}

test('a column that compression does not shorten stays as it is, the others do not', async () => {
  const { bytes } = encode(schema, rows)
  expect(codecsOf(bytes)).toEqual([['UNCOMPRESSED', 'SNAPPY', 'SNAPPY']])
  expect((await readAll(bytes)).columns.get('random')).toEqual(rows.map((row) => row.random))
})

test('each row group decides anew', () => {
  const turned = rows.map(({ random, steps, few }) => ({ random: steps, steps: random, few }))
  const { bytes } = encode(schema, [...rows, ...turned], { rowGroupBytes: 650_000 })
  const codecs = codecsOf(bytes)
  expect(codecs[0]).toEqual(['UNCOMPRESSED', 'SNAPPY', 'SNAPPY'])
  expect(codecs[1]).toEqual(['SNAPPY', 'UNCOMPRESSED', 'SNAPPY'])
})

test('a small page decides nothing: what is asked for is what is written', () => {
  const { bytes } = encode(schema, rows.slice(0, 1000))
  expect(codecsOf(bytes)).toEqual([['SNAPPY', 'SNAPPY', 'SNAPPY']])
})
