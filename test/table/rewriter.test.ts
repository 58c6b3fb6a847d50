import { describe, expect, test } from 'vitest'
import type { Row, Table } from '../../src/index.ts'
import { collect } from '../collect.ts'
import { keysOf } from '../keys-of.ts'
import { byId, named, numbers, numbersIn } from './rewritten-tables.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

const FEED = { 'delta.enableChangeDataFeed': 'true' }

/** The changes of one version, without what each of them has in common. */
async function changesOf(table: Table, version = table.version): Promise<Row[]> {
  const rows = await collect(table.changes({ from: version, to: version }))
  const text = (row: Row) => `${String(row.id).padStart(3)} ${row._change_type}`
  return rows.map(({ _commit_version, _commit_timestamp, ...row }) => row).sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

async function changeFilesOf(table: { store: Parameters<typeof keysOf>[0] }): Promise<string[]> {
  return (await keysOf(table.store)).filter((key) => key.startsWith('_change_data/'))
}

const told = (type: string, row: Row) => ({ ...row, _change_type: type })

describe('the change data feed tells of', () => {
  test('a delete the rows that went, of files that were rewritten and of files that went whole', async () => {
    const place = await numbers(FEED)
    await place.table.delete({ where: { id: { gte: 6 } } })
    expect(await changesOf(place.table)).toEqual([6, 7, 8, 9].map((id) => told('delete', named(id))))
    expect(await changeFilesOf(place)).toEqual([expect.stringMatching(/^_change_data\/cdc-00000-.*\.snappy\.parquet$/)])
  })

  test('a delete of whole files by their removal alone', async () => {
    const place = await numbers(FEED)
    await place.table.delete({ where: { id: { gte: 7 } } })
    expect(await changesOf(place.table)).toEqual([7, 8, 9].map((id) => told('delete', named(id))))
    expect(await changeFilesOf(place)).toEqual([])
  })

  test('an update each row as it was and as it is', async () => {
    const { table } = await numbers(FEED)
    await table.update({ where: { id: 5 }, set: { name: 'five' } })
    expect(await changesOf(table)).toEqual([
      told('update_postimage', { id: 5, name: 'five' }),
      told('update_preimage', named(5)),
    ])
  })

  test('a merge what it replaced and what it inserted', async () => {
    const { table } = await numbers(FEED)
    await table.merge(
      [5, 50].map((id) => ({ id, name: 'new' })),
      { on: ['id'] },
    )
    expect(await changesOf(table)).toEqual([
      told('update_postimage', { id: 5, name: 'new' }),
      told('update_preimage', named(5)),
      told('insert', { id: 50, name: 'new' }),
    ])
  })

  test('a merge that only inserted without change files', async () => {
    const place = await numbers(FEED)
    await place.table.merge([named(50)], { on: ['id'] })
    expect(await changesOf(place.table)).toEqual([told('insert', named(50))])
    expect(await changeFilesOf(place)).toEqual([])
  })

  test('an overwrite of some rows those that went and those that came', async () => {
    const { table } = await numbers(FEED)
    await table.overwrite([named(8), named(80)], { where: { id: { gte: 8 } } })
    expect(await changesOf(table)).toEqual([
      told('delete', named(8)),
      told('insert', named(8)),
      told('delete', named(9)),
      told('insert', named(80)),
    ])
  })

  test('an overwrite of the whole table without change files', async () => {
    const place = await numbers(FEED)
    await place.table.overwrite([named(80)])
    expect(await changesOf(place.table)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => told('delete', named(id))),
      told('insert', named(80)),
    ])
    expect(await changeFilesOf(place)).toEqual([])
  })

  test.each(['name', 'id'])('a table with column mapping by %s and partitions, in its names', async (mode) => {
    const { table } = await tableWith([field('id', 'long'), field('a name', 'string'), field('p', 'string')], {
      properties: { ...FEED, 'delta.columnMapping.mode': mode },
      partitionBy: ['p'],
      rows: [
        { id: 1, 'a name': 'x', p: 'a' },
        { id: 2, 'a name': 'y', p: 'a' },
      ],
    })
    await table.update({ where: { id: 2 }, set: { p: 'b' } })
    expect(await changesOf(table)).toEqual([
      told('update_postimage', { id: 2, 'a name': 'y', p: 'b' }),
      told('update_preimage', { id: 2, 'a name': 'y', p: 'a' }),
    ])
    expect(byId(await rowsOf(table))).toEqual([
      { id: 1, 'a name': 'x', p: 'a' },
      { id: 2, 'a name': 'y', p: 'b' },
    ])
  })
})

test('a table with a feed and a column that its changes have too is refused by name', async () => {
  const { table } = await tableWith([field('_change_type', 'string')], {
    rows: [{ _change_type: 'x' }],
    properties: FEED,
  })
  await expect(table.delete({ where: { _change_type: 'x' } })).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'changeDataFeed', column: '_change_type' },
  })
})

describe('rows that are copied', () => {
  const fields = [
    'string',
    'long',
    'integer',
    'short',
    'byte',
    'float',
    'double',
    'decimal(38,18)',
    'boolean',
    'binary',
    'date',
    'timestamp',
    'timestamp_ntz',
  ].map((type) => field(type.replace(/\(.*/, ''), type))
  const row = {
    string: 'ä\u{1F600}',
    long: 2n ** 62n + 1n,
    integer: -(2 ** 31),
    short: -1,
    byte: 127,
    float: Math.fround(0.1),
    double: -0,
    decimal: '12345678901234567890.123456789012345678',
    boolean: false,
    binary: new Uint8Array([0, 255]),
    date: '0001-01-01',
    timestamp: '9999-12-31T23:59:59.999999Z',
    timestamp_ntz: '1969-12-31T23:59:59.999999',
  }

  test('keep every value exactly, nulls and NaN too', async () => {
    const nested = {
      name: 'nested',
      type: {
        type: 'struct',
        fields: [
          {
            name: 'list',
            type: { type: 'array', elementType: 'timestamp', containsNull: true },
            nullable: true,
            metadata: {},
          },
          {
            name: 'map',
            type: { type: 'map', keyType: 'date', valueType: 'decimal(5,2)', valueContainsNull: true },
            nullable: true,
            metadata: {},
          },
        ],
      },
      nullable: true,
      metadata: {},
    }
    const value = {
      list: ['2026-01-02T03:04:05.000006Z', null],
      map: new Map([
        ['2026-01-02', '1.50'],
        ['2026-01-03', null],
      ]),
    }
    const { table } = await tableWith([...fields, nested, field('id', 'long')], {
      rows: [
        { ...row, nested: value, id: 1 },
        { id: 2 },
        { double: Number.NaN, float: Number.POSITIVE_INFINITY, nested: {}, id: 3 },
        { id: 4 },
      ],
    })
    const before = await rowsOf(table)
    await table.delete({ where: { id: 4 } })
    expect(await rowsOf(table)).toEqual(before.slice(0, 3))
    expect(before[0]).toMatchObject({ ...row, nested: value })
  })

  test('keep their identity values, and new ones count on', async () => {
    const identity = {
      'delta.identity.start': 1,
      'delta.identity.step': 1,
      'delta.identity.allowExplicitInsert': false,
    }
    const { table } = await tableWith([field('id', 'long', identity), field('name', 'string'), field('n', 'long')])
    await table.append(['a', 'b', 'c'].map((name) => ({ name, n: 0 })))
    await table.merge(
      [
        { name: 'b', n: 1 },
        { name: 'd', n: 1 },
      ],
      { on: ['name'] },
    )
    await table.update({ where: { name: 'c' }, set: { n: 2 } })
    expect(byId(await rowsOf(table))).toEqual([
      { id: 1, name: 'a', n: 0 },
      { id: 2, name: 'b', n: 1 },
      { id: 3, name: 'c', n: 2 },
      { id: 4, name: 'd', n: 1 },
    ])
    expect(table.schema.fields[0]?.metadata['delta.identity.highWaterMark']).toBe(4)
    await expect(table.update({ set: { id: 9 } })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(table.merge([{ id: 9, name: 'b' }], { on: ['name'] })).rejects.toMatchObject({
      details: { column: 'id', row: 1 },
    })
    await table.merge([{ id: 2, name: 'two', n: 3 }], { on: ['id'] })
    expect(await rowsOf(table, { where: { id: 2 } })).toEqual([{ id: 2, name: 'two', n: 3 }])
  })

  test('defaults are for what given rows lack, not for what is there', async () => {
    const { table } = await tableWith([field('id', 'long'), field('name', 'string', { CURRENT_DEFAULT: "'none'" })], {
      properties: { 'delta.feature.allowColumnDefaults': 'supported' },
      rows: [
        { id: 1, name: null },
        { id: 2, name: 'x' },
        { id: 3, name: 'y' },
      ],
    })
    await table.merge([{ id: 2 }, { id: 4 }], { on: ['id'] })
    expect(byId(await rowsOf(table))).toEqual([
      { id: 1, name: null },
      { id: 2, name: 'none' },
      { id: 3, name: 'y' },
      { id: 4, name: 'none' },
    ])
  })
})

describe('a table with row tracking', () => {
  const tracked = () => numbers({ 'delta.enableRowTracking': 'true' })

  test('loses whole files, or all rows for others', async () => {
    const { table } = await tracked()
    await table.delete({ where: { id: { gte: 7 } } })
    expect(await numbersIn(table)).toEqual([1, 2, 3, 4, 5, 6])
    await table.overwrite([named(1)])
    expect(await numbersIn(table)).toEqual([1])
  })

  test.each<[string, (table: Table) => Promise<unknown>]>([
    ['delete', (table) => table.delete({ where: { id: 2 } })],
    ['update', (table) => table.update({ where: { id: { lte: 3 } }, set: { name: 'x' } })],
    ['merge', (table) => table.merge([named(2)], { on: ['id'] })],
    ['overwrite', (table) => table.overwrite([named(2)], { where: { id: 2 } })],
  ])('refuses by name a %s that moves rows, and nothing is left behind', async (_, run) => {
    const { table, store } = await tracked()
    const before = await keysOf(store)
    await expect(run(table)).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'rowTracking' } })
    await table.settled()
    expect(await keysOf(store)).toEqual(before)
  })
})

describe('files without statistics', () => {
  test('are read to be counted, and their rows deleted', async () => {
    const { table } = await numbers({ 'delta.dataSkippingNumIndexedCols': '0' })
    expect(await table.delete({ where: { id: 5 } })).toMatchObject({ rowsDeleted: 1, rowsCopied: 2, filesRemoved: 1 })
    expect(await table.delete()).toMatchObject({ rowsDeleted: 8 })
  })
})
