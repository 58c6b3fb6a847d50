import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, openTable } from '../../src/index.ts'
import { keysOf } from '../keys-of.ts'
import { recordedPlace } from './recorded-place.ts'
import { rowsOf } from './table-with.ts'

let { store, runtime, requests, create } = recordedPlace()
beforeEach(() => {
  ;({ store, runtime, requests, create } = recordedPlace())
})

async function* eachOf<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

describe('partitions', () => {
  const partitioned = { partitionBy: ['name'] }

  test('rows of one partition share files, whose directories say which', async () => {
    const table = await create(partitioned)
    await table.append([
      { id: 1, name: 'a/b' },
      { id: 2, name: null },
      { id: 3, name: 'a/b' },
      { id: 4, name: 'ü é' },
    ])
    expect(table.files().map((file) => [file.partitionValues, file.rows])).toEqual([
      [{ name: 'a/b' }, 2],
      [{ name: null }, 1],
      [{ name: 'ü é' }, 1],
    ])
    expect([...new Set((await keysOf(store)).map((key) => key.split('/').slice(0, -1).join('/')))].sort()).toEqual(
      ['_delta_log', 'name=__HIVE_DEFAULT_PARTITION__', 'name=a%2Fb', 'name=%C3%BC%20%C3%A9'].sort(),
    )
    const reopened = await openTable('memory://t', { store, runtime })
    expect((await rowsOf(reopened)).sort((a, b) => Number(a.id) - Number(b.id))).toEqual([
      { id: 1, name: 'a/b', price: null },
      { id: 2, name: null, price: null },
      { id: 3, name: 'a/b', price: null },
      { id: 4, name: 'ü é', price: null },
    ])
  })

  test('a filter on a partition opens only its files', async () => {
    const table = await create(partitioned)
    await table.append([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ])
    requests.length = 0
    expect(await rowsOf(table, { where: { name: 'b' } })).toEqual([{ id: 2, name: 'b', price: null }])
    expect(requests).toEqual([expect.stringMatching(/^get name=b\//)])
  })

  test('an empty string, which Delta cannot tell from null, is refused as a partition value', async () => {
    const table = await create(partitioned)
    await expect(table.append([{ id: 1, name: '' }])).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { row: 1, column: 'name' },
    })
  })

  test('a bad value is named by its row in the input, not in its partition', async () => {
    const table = await create(partitioned)
    const rows = [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
      { id: 3, name: 'a', price: 'x' },
    ]
    await expect(table.append(rows)).rejects.toMatchObject({ details: { row: 3, column: 'price' } })
  })

  test('columns too short or too long are refused, not cut', async () => {
    const table = await create(partitioned)
    for (const ids of [
      [1, 2],
      [1, 2, 3, 4],
    ]) {
      const columns = new Map<string, unknown[]>([
        ['id', ids],
        ['name', ['a', 'b', 'b']],
      ])
      await expect(table.append({ length: 3, columns })).rejects.toMatchObject({ details: { column: 'id' } })
    }
  })

  test('a null in a partition column that is not nullable is refused', async () => {
    const table = await create({ partitionBy: ['id'] })
    await expect(table.append([{ id: 1 }, { name: 'no id' }])).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { row: 2, column: 'id' },
    })
  })

  test.each(['constructor', '__proto__', 'toString'])('a column called %s can partition', async (name) => {
    const rows = [
      Object.fromEntries([
        ['id', 1],
        [name, 'a'],
      ]),
      { id: 2 },
    ]
    const table = await createTable('memory://t', { store, runtime, rows, partitionBy: [name] })
    const nulled = Object.fromEntries([
      ['id', 2],
      [name, null],
    ])
    expect(await rowsOf(table)).toEqual([rows[0], nulled])
    expect(await rowsOf(table, { where: Object.fromEntries([[name, null]]) })).toEqual([nulled])
  })

  test('more partitions of a wide table than may be open at once are closed early, and lose no row', async () => {
    const fields = Array.from({ length: 400 }, (_, i) => ({
      name: `c${i}`,
      type: 'long',
      nullable: true,
      metadata: {},
    }))
    const table = await create({ schema: { type: 'struct', fields }, partitionBy: ['c0'] })
    const rows = Array.from({ length: 60 }, (_, i) => ({ c0: i % 30, c1: i }))
    const twice = [rows.slice(0, 30), rows.slice(30)]
    const { files } = await table.append(eachOf(twice))
    expect(files).toBeGreaterThan(30)
    const read = await rowsOf(table, { columns: ['c0', 'c1'] })
    expect(read.sort((a, b) => Number(a.c1) - Number(b.c1))).toEqual(rows)
  })

  test('a column that is not there, or every column, cannot partition', async () => {
    await expect(create({ partitionBy: ['colour'] })).rejects.toMatchObject({ code: 'invalid-argument' })
    await expect(create({ partitionBy: ['id', 'name', 'price'] })).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})
