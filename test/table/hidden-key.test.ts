import { expect, test } from 'vitest'
import { isHiddenKey } from '../../src/table/hidden-key.ts'

test.each([
  ['_delta_log/00000000000000000000.json', true],
  ['_delta_log', true],
  ['a/_temporary/0/x.parquet', true],
  ['.part-1.parquet.crc', true],
  ['metadata/v1.metadata.json', true],
  ['_change_data/cdc-1.parquet', false],
  ['_change_data/_started', true],
  ['_delta_index/x', false],
  ['_day=1/x.parquet', false],
  ['_dayly=1/x.parquet', true],
  ['country=DE/x.parquet', false],
  ['metadata', false],
  ['country=DE/metadata/x', false],
])('%s is hidden from a vacuum: %s', (key, hidden) => {
  expect(isHiddenKey(key, ['_day', 'country'])).toBe(hidden)
})
