import { describe, expect, test } from 'vitest'
import { openTable } from '../../src/index.ts'
import { keysOf } from '../keys-of.ts'
import { recordingStore } from './recording-store.ts'
import { byId, numbers, numbersIn } from './rewritten-tables.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

describe('delete', () => {
  test('rows that pass are gone, and those beside them in their files stay', async () => {
    const { table } = await numbers()
    expect(await table.delete({ where: { id: { in: [2, 6] } } })).toMatchObject({
      version: 3,
      rows: 2,
      rowsDeleted: 2,
      rowsCopied: 4,
      filesRemoved: 2,
      files: 1,
      skipped: false,
    })
    expect(await numbersIn(table)).toEqual([1, 3, 4, 5, 7, 8, 9])
  })

  test('without a filter all rows are gone, and no file is read', async () => {
    const { store, settings, table: before } = await numbers()
    const { store: recorded, requests } = recordingStore(store)
    const table = await openTable('memory://t', { ...settings, store: recorded })
    requests.length = 0
    expect(await table.delete()).toMatchObject({ rows: 9, filesRemoved: 3, files: 0, bytes: 0 })
    expect(requests.filter((request) => request.includes('part-'))).toEqual([])
    expect(await rowsOf(table)).toEqual([])
    expect(await rowsOf(before, { version: 2 })).toHaveLength(9)
  })

  test('files of which all rows pass by their statistics are not read, and others not touched', async () => {
    const { store, settings } = await numbers()
    const { store: recorded, requests } = recordingStore(store)
    const table = await openTable('memory://t', { ...settings, store: recorded })
    requests.length = 0
    expect(await table.delete({ where: { id: { gte: 4, lte: 6 } } })).toMatchObject({
      rows: 3,
      filesRemoved: 1,
      files: 0,
    })
    expect(requests.filter((request) => request.includes('part-'))).toEqual([])
    expect(await numbersIn(table)).toEqual([1, 2, 3, 7, 8, 9])
  })

  test('whole partitions go by their values', async () => {
    const { table } = await tableWith([field('id', 'long'), field('p', 'string')], {
      partitionBy: ['p'],
      rows: [
        { id: 1, p: 'a' },
        { id: 2, p: 'b' },
        { id: 3, p: 'a' },
        { id: 4, p: null },
      ],
    })
    expect(await table.delete({ where: { p: 'a' } })).toMatchObject({ rows: 2, files: 0, filesRemoved: 1 })
    expect(byId(await rowsOf(table))).toEqual([
      { id: 2, p: 'b' },
      { id: 4, p: null },
    ])
  })

  test('where no row passes nothing is committed', async () => {
    const { table, store } = await numbers()
    const before = await keysOf(store)
    expect(await table.delete({ where: { name: 'nobody' } })).toMatchObject({ version: 2, rows: 0, files: 0 })
    expect(await keysOf(store)).toEqual(before)
  })

  test('a transaction is kept though no row passes, and runs once', async () => {
    const { table } = await numbers()
    const txn = { appId: 'app', version: 1 }
    expect(await table.delete({ where: { name: 'nobody' }, txn })).toMatchObject({ version: 3, rows: 0 })
    expect(await table.delete({ where: { id: 1 }, txn })).toMatchObject({ version: 3, rows: 0, skipped: true })
    expect(await numbersIn(table)).toHaveLength(9)
  })

  test('a null passes only where it is asked for', async () => {
    const { table } = await tableWith([field('id', 'long'), field('name', 'string')], {
      rows: [
        { id: 1, name: null },
        { id: 2, name: 'x' },
      ],
    })
    await table.delete({ where: { not: { name: 'y' } } })
    expect(await rowsOf(table)).toEqual([{ id: 1, name: null }])
  })

  test('an append-only table is refused before a file is read', async () => {
    const { table, settings } = await tableWith([field('id', 'long')], {
      rows: [{ id: 1 }],
      properties: { 'delta.appendOnly': 'true' },
    })
    const before = await keysOf(settings.store)
    await expect(table.delete({ where: { id: 1 } })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('append-only'),
    })
    expect(await keysOf(settings.store)).toEqual(before)
  })

  test('the history tells what was asked and what came of it, as Spark does', async () => {
    const { table } = await numbers()
    await table.delete({ where: { id: 2 } })
    const [entry] = await table.history()
    expect(entry).toMatchObject({
      operation: 'DELETE',
      operationParameters: { predicate: '["(id = 2)"]' },
      operationMetrics: { numDeletedRows: '1', numCopiedRows: '2', numRemovedFiles: '1', numAddedFiles: '1' },
    })
  })

  test('withoutValues keeps the values of the filter out of the log', async () => {
    const { table } = await numbers()
    await table.delete({ where: { name: 'n2' }, withoutValues: true })
    const [entry] = await table.history()
    expect(entry?.operationParameters).toEqual({ predicate: '["(name = ?)"]' })
  })
})
