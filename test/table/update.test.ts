import { describe, expect, test } from 'vitest'
import { keysOf } from '../keys-of.ts'
import { byId, named, numbers } from './rewritten-tables.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

describe('update', () => {
  test('rows that pass get the values, and others stay', async () => {
    const { table } = await numbers()
    expect(await table.update({ where: { id: { gte: 9 } }, set: { name: 'nine' } })).toMatchObject({
      version: 3,
      rows: 1,
      rowsUpdated: 1,
      rowsCopied: 2,
      filesRemoved: 1,
    })
    expect(byId(await rowsOf(table))).toEqual([...[1, 2, 3, 4, 5, 6, 7, 8].map(named), { id: 9, name: 'nine' }])
  })

  test('without a filter all rows get them', async () => {
    const { table } = await numbers()
    expect(await table.update({ set: { name: null } })).toMatchObject({ rows: 9, rowsCopied: 0 })
    expect((await rowsOf(table)).every(({ name }) => name === null)).toBe(true)
  })

  test('a row moves to the partition that it is given', async () => {
    const { table } = await tableWith([field('id', 'long'), field('p', 'string')], {
      partitionBy: ['p'],
      rows: [
        { id: 1, p: 'a' },
        { id: 2, p: 'a' },
        { id: 3, p: 'b' },
      ],
    })
    await table.update({ where: { id: 2 }, set: { p: 'c' } })
    expect(byId(await rowsOf(table))).toEqual([
      { id: 1, p: 'a' },
      { id: 2, p: 'c' },
      { id: 3, p: 'b' },
    ])
    expect(
      table
        .files()
        .map(({ partitionValues }) => partitionValues.p)
        .sort(),
    ).toEqual(['a', 'b', 'c'])
  })

  test('a constraint holds for what rows become', async () => {
    const { table, settings } = await tableWith([field('id', 'long')], {
      rows: [{ id: 1 }, { id: 2 }],
      properties: { 'delta.constraints.small': 'id < 10' },
    })
    const before = await keysOf(settings.store)
    await expect(table.update({ where: { id: 1 }, set: { id: 10 } })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('the CHECK constraint small'),
    })
    await table.settled()
    expect(await keysOf(settings.store)).toEqual(before)
  })

  test.each([
    [{}, /^set: expected an object of columns/],
    [{ nothing: 1 }, /^set "nothing": expected one of the columns id, name/],
    [{ id: 'x' }, /^set "id": \(long\) expected/],
    [{ name: undefined }, /^set "name": \(string\) expected a value, or null, found none/],
  ])('%j is refused', async (set, message) => {
    const { table } = await numbers()
    await expect(table.update({ set })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    })
  })

  test('the history tells what was asked, as Spark does', async () => {
    const { table } = await numbers()
    await table.update({ where: { id: 1 }, set: { name: 'one' } })
    const [entry] = await table.history()
    expect(entry).toMatchObject({
      operation: 'UPDATE',
      operationParameters: { predicate: '["(id = 1)"]' },
      operationMetrics: { numUpdatedRows: '1', numCopiedRows: '2' },
    })
  })
})
