import { beforeEach, describe, expect, test } from 'vitest'
import { createTable, DeltaError, openTable, type RowsInput, type StagedPart } from '../../src/index.ts'
import { memoryStore, type ObjectStore } from '../../src/store/index.ts'
import { keysOf } from '../keys-of.ts'
import { recordedPlace, schema } from './recorded-place.ts'
import { withoutHousekeeping } from './recording-store.ts'
import { rowsOf } from './table-with.ts'

let { store, runtime, requests, create } = recordedPlace()
beforeEach(() => {
  ;({ store, runtime, requests, create } = recordedPlace())
})

describe('append', () => {
  test('what is appended is read back, with nulls for what was left out', async () => {
    const table = await create()
    const result = await table.append([{ id: 1, name: 'one', price: '1.50' }, { id: 2 }])
    expect(result).toMatchObject({ version: 1, rows: 2, files: 1, skipped: false })
    expect(await rowsOf(table)).toEqual([
      { id: 1, name: 'one', price: '1.50' },
      { id: 2, name: null, price: null },
    ])
  })

  test('a steady append is two requests: one data file, one commit', async () => {
    const table = await create()
    await table.append([{ id: 1 }])
    requests.length = 0
    await table.append([{ id: 2 }])
    expect(withoutHousekeeping(requests)).toEqual([
      expect.stringMatching(/^putStream part-/),
      'put _delta_log/00000000000000000002.json',
    ])
  })

  test('a row that does not fit is refused by row and column, and leaves nothing behind', async () => {
    const table = await create()
    const before = await keysOf(store)
    const rows = [{ id: 1 }, { id: 2, price: '1.234' }]
    await expect(table.append(rows)).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { row: 2, column: 'price' },
    })
    expect(await keysOf(store)).toEqual(before)
    expect(table.version).toBe(0)
  })

  test('whose commit the storage refuses leaves nothing behind', async () => {
    await create()
    const put: ObjectStore['put'] = async () => {
      throw new DeltaError('permission-denied', 'no')
    }
    const table = await openTable('memory://t', { store: { ...store, put }, runtime })
    const before = await keysOf(store)
    await expect(table.append([{ id: 1 }])).rejects.toMatchObject({ code: 'permission-denied' })
    await table.settled()
    expect(await keysOf(store)).toEqual(before)
  })

  test('a null in a column that is not nullable is refused', async () => {
    const table = await create()
    await expect(table.append([{ id: 1 }, { name: 'no id' }])).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { row: 2, column: 'id' },
    })
  })

  test('a column that the table lacks is refused by name', async () => {
    const table = await create()
    await expect(table.append([{ id: 1, colour: 'red' }])).rejects.toThrow(/colour/)
  })

  test('rows come as an array, an iterable, an async iterable of rows or of arrays, or as columns', async () => {
    const table = await create()
    await table.append([{ id: 1 }])
    await table.append(new Set([{ id: 2 }]))
    await table.append(
      (async function* () {
        yield { id: 3 }
        yield [{ id: 4 }, { id: 5 }]
      })(),
    )
    await table.append({ id: [6, 7], name: ['six', 'seven'] })
    expect((await rowsOf(table)).map((row) => row.id).sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test.each<[string, unknown, RegExp]>([
    ['a row outside of an array', { id: 1, name: 'one' }, /column "id": expected an array of its values/],
    ['a row of texts outside of an array', { name: 'x', price: '1' }, /put a row into an array/],
    ['columns of different lengths', { id: [1, 2], name: ['one'] }, /"name" has 1 values, expected 2/],
    ['a batch with a column too long', { length: 1, columns: new Map([['id', [1, 2]]]) }, /"id" has 2 values/],
    ['no columns', {}, /empty/],
    ['a number', 5, /no rows: expected .*, found the number 5/],
    ['nothing', undefined, /no rows: expected/],
    ['an array of numbers', [1], /row 1: expected an object of column names/],
  ])('%s is refused', async (_, rows, message) => {
    const table = await create()
    const appended = table.append(rows as RowsInput)
    await expect(appended).rejects.toMatchObject({ code: 'invalid-argument', message: expect.stringMatching(message) })
    expect(withoutHousekeeping(await keysOf(store))).toHaveLength(1)
  })

  test.each([
    ['an array', (ids: number[]) => ids.map((id) => ({ id }))],
    ['columns', (ids: number[]) => ({ id: ids })],
  ])('%s is written into files of the size asked for', async (_, rows) => {
    const table = await create()
    const ids = Array.from({ length: 20_000 }, (_, id) => id * 7919)
    await table.append(rows(ids), { targetFileBytes: 40_000, codec: 'none' })
    const { files, rows: count } = table.info()
    expect({ files, count }).toEqual({ files: 3, count: 20_000 })
    expect((await rowsOf(table)).map((row) => row.id)).toEqual(ids)
  })

  test.each<[object, string]>([
    [{ targetFileBytes: Number.NaN }, 'invalid-argument'],
    [{ targetFileBytes: 0 }, 'invalid-argument'],
    [{ codec: 'lzo' }, 'invalid-argument'],
  ])('with %o is refused', async (options, code) => {
    const table = await create()
    await expect(table.append([{ id: 1 }], options)).rejects.toMatchObject({ code })
  })

  test('no rows are no commit', async () => {
    const table = await create()
    expect(await table.append([])).toMatchObject({ version: 0, rows: 0, files: 0, skipped: false })
    expect(withoutHousekeeping(await keysOf(store))).toHaveLength(1)
  })

  test('ten writers at once make ten versions and ten data files', async () => {
    await create()
    const tables = await Promise.all(Array.from({ length: 10 }, () => openTable('memory://t', { store, runtime })))
    const results = await Promise.all(tables.map((table, id) => table.append([{ id }])))
    expect(results.map((result) => result.version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const table = await openTable('memory://t', { store, runtime })
    expect((await rowsOf(table)).map((row) => row.id).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect((await keysOf(store)).filter((key) => key.startsWith('part-'))).toHaveLength(10)
  })

  test('several appends on one handle at once are all there', async () => {
    const table = await create()
    await Promise.all([1, 2, 3, 4].map((id) => table.append([{ id }])))
    expect(table.version).toBe(4)
    expect((await rowsOf(table)).map((row) => row.id).sort()).toEqual([1, 2, 3, 4])
  })
})

describe('a transaction', () => {
  test('is applied once, and costs no request the second time', async () => {
    const table = await create()
    const txn = { appId: 'loader', version: 7 }
    await table.append([{ id: 1 }], { txn })
    requests.length = 0
    expect(await table.append([{ id: 1 }], { txn })).toMatchObject({ version: 1, rows: 0, skipped: true })
    expect(requests).toEqual([])
    expect(await rowsOf(table)).toHaveLength(1)
  })

  test('that another writer applied meanwhile is skipped, and its data files are deleted', async () => {
    const [mine, theirs] = [await create(), await openTable('memory://t', { store, runtime })]
    const txn = { appId: 'loader', version: 7 }
    await theirs.append([{ id: 1 }], { txn })
    expect(await mine.append([{ id: 1 }], { txn })).toMatchObject({ version: 1, skipped: true })
    await mine.settled()
    expect((await keysOf(store)).filter((key) => key.endsWith('.parquet'))).toHaveLength(1)
  })

  test('with an empty appId or a negative version is refused', async () => {
    const table = await create()
    for (const txn of [
      { appId: '', version: 1 },
      { appId: 'a', version: -1 },
    ]) {
      await expect(table.append([{ id: 1 }], { txn })).rejects.toMatchObject({ code: 'invalid-argument' })
    }
  })
})

describe('stage and commit', () => {
  test('parts are plain JSON, invisible until one commit shows them all', async () => {
    const table = await create()
    const staged = await Promise.all([1, 2, 3].map((id) => table.stage([{ id }])))
    const parts = JSON.parse(JSON.stringify(staged))
    expect(await rowsOf(await openTable('memory://t', { store, runtime }))).toEqual([])
    expect(await table.commit(parts)).toMatchObject({ version: 1, rows: 3, files: 3 })
    expect((await rowsOf(table)).map((row) => row.id).sort()).toEqual([1, 2, 3])
  })

  test('a part that was staged for another schema is refused', async () => {
    const part = await (await create()).stage([{ id: 1 }])
    const other = await createTable('memory://u', {
      store: memoryStore(),
      runtime,
      schema: { ...schema, fields: schema.fields.slice(0, 1) },
    })
    await expect(other.commit([part])).rejects.toMatchObject({
      code: 'conflict',
      details: { kind: 'metadata-changed' },
    })
  })

  test('a part that is committed again is not, and its rows stay', async () => {
    const table = await create()
    const part = await table.stage([{ id: 1 }])
    const txn = { appId: 'loader', version: 1 }
    await table.commit([part], { txn })
    expect(await table.commit([part], { txn })).toMatchObject({ version: 1, skipped: true })
    await expect(table.commit([part])).rejects.toMatchObject({ code: 'conflict' })
    await table.settled()
    expect(await rowsOf(table)).toMatchObject([{ id: 1 }])
  })

  test('a part whose commit failed can be committed later', async () => {
    const table = await create()
    const part = await table.stage([{ id: 1 }])
    await expect(table.commit([part], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    await table.settled()
    await table.commit([part])
    expect(await rowsOf(table)).toMatchObject([{ id: 1 }])
  })

  test('something that is no staged part is refused', async () => {
    const table = await create()
    const part = await table.stage([{ id: 1 }])
    const others: unknown[] = [{ ...part, files: ['{"path": 1}'] }, { ...part, files: undefined }, {}, null, 'part']
    for (const other of others) {
      await expect(table.commit([other as StagedPart])).rejects.toMatchObject({ code: 'invalid-data' })
    }
  })
})
