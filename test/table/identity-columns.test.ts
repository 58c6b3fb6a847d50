import { describe, expect, test } from 'vitest'
import { openTable, type RowsInput, type Table } from '../../src/index.ts'
import type { JsonObject } from '../../src/json.ts'
import { keysOf } from '../keys-of.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

function identity(more: JsonObject = {}): JsonObject {
  return { 'delta.identity.start': 1, 'delta.identity.step': 1, 'delta.identity.allowExplicitInsert': false, ...more }
}

function withIdentity(more: JsonObject = {}) {
  return tableWith([field('id', 'long', identity(more)), field('name', 'string')])
}

async function idsOf(table: Table): Promise<unknown[]> {
  return (await rowsOf(table)).map((row) => row.id)
}

function markOf(table: Table): unknown {
  return table.schema.fields[0]?.metadata['delta.identity.highWaterMark']
}

describe('rows without a value of the identity column', () => {
  test('are counted on from the start, then from the mark that the commit before left', async () => {
    const { table, settings } = await withIdentity({ 'delta.identity.start': 10, 'delta.identity.step': 5 })
    await table.append([{ name: 'a' }, { id: undefined, name: 'b' }])
    expect(markOf(table)).toBe(15)
    const again = await openTable('memory://t', settings)
    await again.append([{ name: 'c' }])
    expect(await idsOf(again)).toEqual([10, 15, 20])
    expect(again.version).toBe(2)
  })

  test('are counted down where the step is negative', async () => {
    const { table } = await withIdentity({ 'delta.identity.start': 0, 'delta.identity.step': -2 })
    await table.append([{ name: 'a' }, { name: 'b' }])
    await table.append([{ name: 'c' }])
    expect(await idsOf(table)).toEqual([0, -2, -4])
    expect(markOf(table)).toBe(-4)
  })

  test('are counted exactly beyond what a double holds', async () => {
    const { table } = await withIdentity({ 'delta.identity.start': 2 ** 53 - 1, 'delta.identity.step': 2 })
    await table.append([{ name: 'a' }, { name: 'b' }])
    await table.append([{ name: 'c' }])
    expect(await idsOf(table)).toEqual([2 ** 53 - 1, 2n ** 53n + 1n, 2n ** 53n + 3n])
    expect(markOf(table)).toBe(2n ** 53n + 3n)
  })

  test.each<[string, RowsInput]>([
    ['columns', { name: ['a', 'b'] }],
    ['columns with a hole', { id: [undefined, undefined], name: ['a', 'b'] }],
    [
      'many batches',
      (async function* () {
        for (const name of ['a', 'b']) yield [{ name }]
      })(),
    ],
  ])('are counted when they come as %s', async (_, rows) => {
    const { table } = await withIdentity()
    await table.append(rows)
    expect(await rowsOf(table)).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ])
  })

  test('are counted when the table is created with them', async () => {
    const rows = [{ name: 'a' }, { name: 'b' }]
    const { table } = await tableWith([field('id', 'long', identity()), field('name', 'string')], { rows })
    await table.append([{ name: 'c' }])
    expect(await idsOf(table)).toEqual([1, 2, 3])
    expect(table.info().protocol).toMatchObject({ minWriterVersion: 6 })
  })

  test('are refused where 64 bits have no further value, and leave nothing behind', async () => {
    const start = 2n ** 63n - 2n
    const { table, settings } = await tableWith([field('id', 'long', identity({ 'delta.identity.start': start }))])
    await table.append({ id: [undefined, undefined] })
    expect(await idsOf(table)).toEqual([start, start + 1n])
    const before = await keysOf(settings.store)
    await expect(table.append([{}])).rejects.toMatchObject({
      code: 'invalid-argument',
      details: { row: 1, column: 'id' },
    })
    expect(await keysOf(settings.store)).toEqual(before)
  })
})

describe('rows with a value of their own', () => {
  test.each([[{ id: 7 }], [{ id: null }], [{ id: 7n }]])(
    'are refused where they are always generated: %o',
    async (row) => {
      const { table } = await withIdentity()
      await expect(table.append([{ name: 'a' }, row])).rejects.toMatchObject({
        code: 'invalid-argument',
        details: { row: 2, column: 'id' },
      })
      await expect(table.append({ id: [1, 2] })).rejects.toMatchObject({ details: { row: 1, column: 'id' } })
    },
  )

  test('keep it where the column allows that, and do not move the mark', async () => {
    const { table } = await withIdentity({ 'delta.identity.allowExplicitInsert': true })
    await table.append([{ id: 100 }, { id: null }])
    expect(markOf(table)).toBeUndefined()
    await table.append([{ id: 200 }, { name: 'generated' }])
    expect(await idsOf(table)).toEqual([100, null, 200, 1])
    expect(markOf(table)).toBe(1)
  })
})

describe('two writers', () => {
  test('that both count conflict: the second may append again from the newest version', async () => {
    const { table, settings } = await withIdentity()
    const other = await openTable('memory://t', settings)
    await table.append([{ name: 'a' }])
    const before = await keysOf(settings.store)
    await expect(other.append([{ name: 'b' }])).rejects.toMatchObject({
      code: 'conflict',
      details: { kind: 'metadata-changed' },
    })
    await other.settled()
    expect(await keysOf(settings.store)).toEqual(before)
    await other.refresh()
    await other.append([{ name: 'b' }])
    expect(await rowsOf(other)).toEqual([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ])
  })

  test('do not conflict where one brings all values itself', async () => {
    const { table, settings } = await withIdentity({ 'delta.identity.allowExplicitInsert': true })
    const other = await openTable('memory://t', settings)
    await table.append([{ name: 'a' }])
    expect(await other.append([{ id: 50, name: 'b' }])).toMatchObject({ version: 2 })
    await other.append([{ name: 'c' }])
    expect(await idsOf(other)).toEqual([1, 50, 2])
  })
})

test('rows are not staged for a later commit', async () => {
  const { table, settings } = await withIdentity()
  const before = await keysOf(settings.store)
  await expect(table.stage([{ name: 'a' }])).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'identityColumns', column: 'id' },
  })
  expect(await keysOf(settings.store)).toEqual(before)
})
