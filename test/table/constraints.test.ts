import { describe, expect, test } from 'vitest'
import { openTable, type Row, type RowsInput } from '../../src/index.ts'
import { formatCommit, formatCommitPath, loadSnapshot } from '../../src/log/index.ts'
import type { ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

const invariant = { 'delta.invariants': '{"expression":{"expression":"price < 100"}}' }
const fields = [
  field('id', 'long'),
  { ...field('at', ''), type: { type: 'struct', fields: [field('day', 'date')] } },
  field('price', 'decimal(10,2)', invariant),
]

const properties = {
  'delta.constraints.positive': 'id > 0',
  'delta.constraints.dated': "at.`day` >= '2026-01-01' OR at.`day` IS NULL",
}
const good = { id: 1, at: { day: '2026-01-02' }, price: '1.50' }

describe('a row that keeps all constraints is written', () => {
  test.each<[string, RowsInput]>([
    ['an object', [good, { id: 2n, price: 99.99 }, { ...good, at: null }]],
    ['columns', { id: new BigInt64Array([1n, 2n]), at: [null, { day: '2026-01-01' }], price: ['0', '0'] }],
    ['nothing', []],
  ])('as %s', async (_, rows) => {
    const { table } = await tableWith(fields, { properties })
    await table.append(rows)
  })

  test('staged, too', async () => {
    const { table } = await tableWith(fields, { properties })
    await table.commit([await table.stage([good])])
    expect(await rowsOf(table)).toEqual([good])
  })
})

describe('a row that breaks a constraint is refused by row, name and expression', () => {
  test.each<[string, Row, RegExp]>([
    [
      'false',
      { ...good, id: -1 },
      /row 2 breaks the CHECK constraint positive: expected id > 0 to be true, found id is the number -1/,
    ],
    ['null', { ...good, id: null }, /row 2 breaks the CHECK constraint positive: .* found id is null/],
    ['absent', { at: good.at, price: 1 }, /row 2 breaks the CHECK constraint positive/],
    ['inside a struct', { ...good, at: { day: '2025-12-31' } }, /dated: .*at.day is the text "2025-12-31"/],
    [
      'of an invariant',
      { ...good, price: 100 },
      /row 2 breaks the invariant of the column price: expected price < 100/,
    ],
    ['an invariant of null', { ...good, price: null }, /row 2 breaks the invariant of the column price/],
  ])('%s', async (_, row, message) => {
    const { table, settings } = await tableWith(fields, { properties })
    const before = await keysOf(settings.store)
    const refused = table.append([good, row])
    await expect(refused).rejects.toThrow(message)
    await expect(refused).rejects.toMatchObject({ code: 'invalid-argument', details: { row: 2 } })
    const columns = Object.fromEntries(
      ['id', 'at', 'price'].map((name) => [name, [good, row].map((each) => each[name as 'id'])]),
    )
    await expect(table.append(columns)).rejects.toThrow(message)
    expect(await keysOf(settings.store)).toEqual(before)
  })

  test.each([
    ['a default', { CURRENT_DEFAULT: '0' }],
    [
      'an identity value',
      { 'delta.identity.start': 0, 'delta.identity.step': 1, 'delta.identity.allowExplicitInsert': true },
    ],
  ])('also %s, and in the rows that a table begins with', async (_, metadata) => {
    const properties = { 'delta.constraints.positive': 'n > 0' }
    const options = { properties, rows: [{ id: 1, n: 1 }, { id: 2 }] }
    const created = tableWith([field('id', 'long'), field('n', 'long', metadata)], options)
    await expect(created).rejects.toThrow(/row 2 breaks the CHECK constraint positive: .*n is the number 0/)
  })
})

test('a value that does not fit its column is refused as that', async () => {
  const { table } = await tableWith(fields, { properties })
  await expect(table.append([{ ...good, id: 'x' }])).rejects.toMatchObject({ details: { row: 1, column: 'id' } })
  await expect(table.append([good, null as never])).rejects.toThrow(/row 2: expected an object/)
})

test('a change of the constraints conflicts with an append under way', async () => {
  const { table, settings } = await tableWith(fields, { properties })
  const writer = await openTable('memory://t', settings)
  await table.unsetProperties(['delta.constraints.positive'])
  await expect(writer.append([good])).rejects.toMatchObject({ code: 'conflict' })
  await writer.refresh()
  await writer.append([{ ...good, id: -1 }])
})

test('constraints that we cannot evaluate refuse every write of the table by name', async () => {
  const broken = tableWith(fields, { properties: { 'delta.constraints.even': 'id % 2 = 0' } })
  await expect(broken).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'checkConstraints' } })
  await expect(broken).rejects.toThrow(/even: id % 2 = 0: .*character 4: expected the end, found "% 2 = 0"/)
})

test('a constraint holds in whatever case its property is written, as in Spark', async () => {
  const { table, settings } = await tableWith([field('id', 'long')])
  await constrain(settings.store, 'DELTA.Constraints.positive')
  await table.refresh()
  await expect(table.append([{ id: 0 }])).rejects.toThrow(/row 1 breaks the CHECK constraint positive/)
})

test('a part that was staged before a constraint came is not committed after it', async () => {
  const { table, settings } = await tableWith([field('id', 'long')])
  const part = JSON.parse(JSON.stringify(await table.stage([{ id: 0 }])))
  await constrain(settings.store, 'delta.constraints.positive')
  await table.refresh()
  await expect(table.commit([part])).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/before the CHECK constraint positive, .*: stage its rows again/),
    details: { kind: 'metadata-changed' },
  })
  await table.commit([await table.stage([{ id: 1 }])])
  expect(await rowsOf(table)).toEqual([{ id: 1 }])
})

/** Adds a constraint as another writer would. */
async function constrain(store: ObjectStore, property: string): Promise<void> {
  const { metadata } = await loadSnapshot(store)
  const metaData = { ...metadata, configuration: { [property]: 'id > 0' } }
  const body = formatCommit([{ protocol: { minReaderVersion: 1, minWriterVersion: 3 } }, { metaData }])
  await store.put(formatCommitPath(1), new TextEncoder().encode(body), { mode: 'create' })
}
