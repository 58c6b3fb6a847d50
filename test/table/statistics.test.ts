import { expect, test } from 'vitest'
import { createTable, simulatedRuntime } from '../../src/index.ts'
import { loadSnapshot } from '../../src/log/index.ts'
import { memoryStore } from '../../src/store/index.ts'

const rows = [{ id: 1, name: 'abcdef', price: 2.5 }]

/** The statistics that a table with these properties keeps of its first data file. */
async function statisticsWith(properties: Record<string, string>): Promise<unknown> {
  const store = memoryStore()
  await createTable('memory://t', { store, runtime: simulatedRuntime(), rows, properties })
  const [file] = (await loadSnapshot(store)).files()
  return JSON.parse(file?.stats ?? 'null')
}

test('all columns have statistics where the table does not say', async () => {
  expect(await statisticsWith({})).toMatchObject({ nullCount: { id: 0, name: 0, price: 0 } })
})

test.each([
  ['delta.dataSkippingNumIndexedCols', '1', { minValues: { id: 1 }, nullCount: { id: 0 } }],
  ['delta.dataSkippingNumIndexedCols', '0', { minValues: {}, nullCount: {} }],
  [
    'delta.dataSkippingStatsColumns',
    'price, `name`',
    { minValues: { name: 'abcdef', price: 2.5 }, nullCount: { name: 0, price: 0 } },
  ],
])('%s = %s keeps those of fewer columns', async (property, value, expected) => {
  const { minValues, nullCount, numRecords } = (await statisticsWith({ [property]: value })) as Record<string, unknown>
  expect({ minValues, nullCount }).toEqual(expected)
  expect(numRecords).toBe(1)
})

test('delta.dataSkippingStringPrefixLength says how much of a text is kept', async () => {
  expect(await statisticsWith({ 'delta.dataSkippingStringPrefixLength': '3' })).toMatchObject({
    minValues: { name: 'abc' },
  })
})
