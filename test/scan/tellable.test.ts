import { expect, test } from 'vitest'
import { checkTellable } from '../../src/scan/index.ts'
import type { StructField } from '../../src/schema/index.ts'

const column = (name: string, physical: string): StructField => ({
  name,
  type: { type: 'string' },
  nullable: true,
  metadata: { 'delta.columnMapping.physicalName': physical },
})

const shape = (version: number, fields: readonly StructField[], partitionColumns: readonly string[] = []) => ({
  version,
  schema: { type: 'struct' as const, fields },
  partitionColumns,
})

test('rows are told of a table whose partition column was renamed', () => {
  const before = shape(1, [column('country', 'a')], ['country'])
  expect(() => checkTellable([before], shape(2, [column('land', 'a')], ['land']))).not.toThrow()
})

test.each([
  [
    'another column took the name of a partition column',
    [column('country', 'b'), column('land', 'a')],
    ['country'],
    /by country, then by country/,
  ],
  ['the table is not partitioned any more', [column('country', 'a')], [], /by country, then by nothing/],
  ['a column was dropped', [column('land', 'b')], ['land'], /column country was dropped/],
])('rows are not told where %s', (_, fields, partitionColumns, what) => {
  const before = shape(1, [column('country', 'a')], ['country'])
  expect(() => checkTellable([before], shape(2, fields, partitionColumns))).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      message: expect.stringMatching(new RegExp(`version 1 .* version 2: .*${what.source}`)),
      details: expect.objectContaining({ feature: 'incompatible schema change' }),
    }),
  )
})
