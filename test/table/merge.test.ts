import { describe, expect, test } from 'vitest'
import { openTable } from '../../src/index.ts'
import { keysOf } from '../keys-of.ts'
import { recordingStore } from './recording-store.ts'
import { byId, named, numbers } from './rewritten-tables.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

const renamed = (id: number) => ({ id, name: `new ${id}` })

describe('merge', () => {
  test('rows with known keys are replaced, others inserted', async () => {
    const { table } = await numbers()
    expect(await table.merge([renamed(2), renamed(20)], { on: ['id'] })).toMatchObject({
      version: 3,
      rows: 2,
      rowsUpdated: 1,
      rowsInserted: 1,
      rowsDeleted: 0,
      rowsCopied: 2,
      filesRemoved: 1,
    })
    expect(byId(await rowsOf(table))).toEqual([named(1), renamed(2), ...[3, 4, 5, 6, 7, 8, 9].map(named), renamed(20)])
  })

  test('files that can hold none of the keys are not read', async () => {
    const { store, settings } = await numbers()
    const { store: recorded, requests } = recordingStore(store)
    const table = await openTable('memory://t', { ...settings, store: recorded })
    requests.length = 0
    await table.merge([renamed(5)], { on: ['id'] })
    expect(requests.filter((request) => /^get part-/.test(request))).toHaveLength(1)
  })

  test('only new keys make a plain insertion', async () => {
    const { table } = await numbers()
    expect(await table.merge([renamed(30)], { on: ['id'] })).toMatchObject({
      rowsInserted: 1,
      filesRemoved: 0,
      files: 1,
    })
  })

  test.each([
    ['whenMatched', { whenMatched: 'ignore' }, [named(2), renamed(20)]],
    ['whenNotMatched', { whenNotMatched: 'ignore' }, [renamed(2)]],
  ] as const)('%s: ignore leaves those rows as they are', async (_, options, expected) => {
    const { table } = await numbers()
    await table.merge([renamed(2), renamed(20)], { on: ['id'], ...options })
    expect(byId(await rowsOf(table, { where: { id: { in: [2, 20] } } }))).toEqual(expected)
  })

  test('with both ignored, nothing is committed', async () => {
    const { table } = await numbers()
    const options = { on: ['id'], whenMatched: 'ignore', whenNotMatched: 'ignore' } as const
    expect(await table.merge([renamed(2)], options)).toMatchObject({ version: 2, rows: 0 })
  })

  test('two rows with one key are refused by both their numbers, and nothing is written', async () => {
    const { table, store } = await numbers()
    const before = await keysOf(store)
    await expect(table.merge([renamed(1), renamed(2), renamed(1)], { on: ['id'] })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: 'rows 1 and 3 have the same key (id = the number 1): leave one of them out',
    })
    expect(await keysOf(store)).toEqual(before)
  })

  test('a null in the key matches nothing, on either side', async () => {
    const { table } = await tableWith([field('id', 'long'), field('name', 'string')], {
      rows: [{ id: null, name: 'a' }],
    })
    expect(await table.merge([{ name: 'b' }, { id: null, name: 'c' }], { on: ['id'] })).toMatchObject({
      rowsInserted: 2,
    })
    expect((await rowsOf(table)).map(({ name }) => name).sort()).toEqual(['a', 'b', 'c'])
  })

  test('a key of several columns matches where all of them do', async () => {
    const fields = [field('a', 'string'), field('b', 'string'), field('id', 'long')]
    const { table } = await tableWith(fields, {
      rows: [
        { a: 'x', b: 'yz', id: 1 },
        { a: 'xy', b: 'z', id: 2 },
      ],
    })
    await table.merge([{ a: 'xy', b: 'z', id: 3 }], { on: ['a', 'b'] })
    expect(byId(await rowsOf(table)).map(({ id }) => id)).toEqual([1, 3])
  })

  test.each([
    ['decimal(10,2)', '1.50', 1.5],
    ['double', Number.NaN, Number.NaN],
    ['double', 0, -0],
    ['timestamp', '2026-01-02T03:04:05.000Z', new Date('2026-01-02T03:04:05Z')],
    ['long', 2n ** 60n, 2n ** 60n],
    ['binary', new Uint8Array([1, 2]), 'AQI='],
    ['date', '2026-01-02', '2026-01-02'],
    ['boolean', true, true],
    ['string', '\u{10000}', '\u{10000}'],
  ])('a key of type %s matches in whatever form it comes', async (type, there, given) => {
    const { table } = await tableWith([field('key', type), field('id', 'long')], { rows: [{ key: there, id: 1 }] })
    expect(await table.merge([{ key: given, id: 2 }], { on: ['key'] })).toMatchObject({
      rowsUpdated: 1,
      rowsInserted: 0,
    })
    expect((await rowsOf(table)).map(({ id }) => id)).toEqual([2])
  })

  test('more keys than are listed are looked for by their bounds', async () => {
    const { table } = await numbers()
    const rows = Array.from({ length: 200 }, (_, i) => renamed(i + 5))
    expect(await table.merge(rows, { on: ['id'] })).toMatchObject({ rowsUpdated: 5, rowsInserted: 195 })
  })

  test('columns, batches and Arrow come as for append', async () => {
    const { table } = await numbers()
    await table.merge({ id: [2, 20], name: ['x', 'y'] }, { on: ['id'] })
    expect(byId(await rowsOf(table, { where: { name: { in: ['x', 'y'] } } }))).toEqual([
      { id: 2, name: 'x' },
      { id: 20, name: 'y' },
    ])
  })

  test('rows of the table with one key are all replaced', async () => {
    const { table } = await tableWith([field('id', 'long'), field('name', 'string')], { rows: [named(1), named(1)] })
    expect(await table.merge([renamed(1)], { on: ['id'] })).toMatchObject({ rowsUpdated: 2 })
    expect(await rowsOf(table)).toEqual([renamed(1), renamed(1)])
  })

  test('a row that does not fit is refused by its number in the whole input', async () => {
    const { table, store } = await numbers()
    const before = await keysOf(store)
    const rows = [renamed(1), { id: 50, name: 'x' }, { id: 60, name: 7 }]
    await expect(table.merge(rows, { on: ['id'] })).rejects.toMatchObject({ details: { row: 3, column: 'name' } })
    await table.settled()
    expect(await keysOf(store)).toEqual(before)
  })

  test.each([
    [[], /^on: expected the columns of the key/],
    [['nothing'], /^on: expected columns of the table, each once \(id, name\), found the text "nothing"/],
    [['id', 'id'], /^on: expected columns of the table, each once/],
  ])('the key %j is refused', async (on, message) => {
    const { table } = await numbers()
    await expect(table.merge([], { on })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    })
  })

  test('the history tells the key and the counts, as Spark does', async () => {
    const { table } = await numbers()
    await table.merge([renamed(2), renamed(20)], { on: ['id'] })
    const [entry] = await table.history()
    expect(entry).toMatchObject({
      operation: 'MERGE',
      operationParameters: {
        predicate: '["(target.id = source.id)"]',
        matchedPredicates: '[{"actionType":"update"}]',
        notMatchedPredicates: '[{"actionType":"insert"}]',
        notMatchedBySourcePredicates: '[]',
      },
      operationMetrics: { numSourceRows: '2', numTargetRowsInserted: '1', numTargetRowsUpdated: '1' },
    })
  })
})
