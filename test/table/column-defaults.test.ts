import { describe, expect, test } from 'vitest'
import type { Row, RowsInput } from '../../src/index.ts'
import type { JsonObject } from '../../src/json.ts'
import { field, rowsOf, tableWith } from './table-with.ts'

function withDefault(type: string, sql: string, more: JsonObject = {}) {
  return tableWith([field('id', 'long'), field('value', type, { CURRENT_DEFAULT: sql, ...more })])
}

describe('a row that lacks the column gets its default', () => {
  test.each<[string, string, unknown]>([
    ['string', "'unknown'", 'unknown'],
    ['string', "''", ''],
    ['string', '"x"', 'x'],
    ['long', '-9007199254740993', -9007199254740993n],
    ['integer', '+5', 5],
    ['double', '1e3', 1000],
    ['decimal(10,2)', '12.5', '12.50'],
    ['boolean', 'TRUE', true],
    ['boolean', 'false', false],
    ['string', 'NULL', null],
    ['decimal(10,2)', 'CAST(NULL AS DECIMAL(10, 2))', null],
    ['date', "DATE '2026-01-02'", '2026-01-02'],
    ['timestamp', "timestamp'2026-01-02T03:04:05Z'", '2026-01-02T03:04:05.000000Z'],
    ['timestamp_ntz', "TIMESTAMP_NTZ '2026-01-02 03:04:05'", '2026-01-02T03:04:05.000000'],
    ['timestamp', 'current_timestamp()', '2026-01-01T00:00:00.000000Z'],
    ['timestamp', 'CURRENT_TIMESTAMP', '2026-01-01T00:00:00.000000Z'],
  ])('%s default %s', async (type, sql, expected) => {
    const { table } = await withDefault(type, sql)
    await table.append([{ id: 1 }, { id: 2, value: null }, { id: 3, value: undefined }])
    expect((await rowsOf(table)).map((row) => row.value)).toEqual([expected, null, expected])
  })

  test.each<[string, RowsInput, readonly unknown[]]>([
    ['columns that lack it', { id: [1, 2] }, [7, 7]],
    ['columns with holes', { id: [1, 2, 3], value: [1, undefined, null] }, [1, 7, null]],
    ['whole columns', { id: [1, 2], value: new Int32Array([1, 2]) }, [1, 2]],
  ])('from %s', async (_, rows, expected) => {
    const { table } = await withDefault('integer', '7')
    await table.append(rows)
    expect((await rowsOf(table)).map((row) => row.value)).toEqual(expected)
  })

  test('from objects of a class, whose members are kept', async () => {
    class Order {
      get id(): number {
        return 4
      }
    }
    const { table } = await withDefault('integer', '7')
    const order: object = new Order()
    await table.append([order as Row])
    expect(await rowsOf(table)).toEqual([{ id: 4, value: 7 }])
  })

  test('also as a partition value, from a staged part, and not into the row that was handed in', async () => {
    const fields = [field('id', 'long'), field('value', 'string', { CURRENT_DEFAULT: "'x'" })]
    const { table } = await tableWith(fields, { partitionBy: ['value'] })
    const row = { id: 1 }
    await table.commit([await table.stage([row])])
    expect(table.files()).toMatchObject([{ partitionValues: { value: 'x' } }])
    expect(await rowsOf(table)).toEqual([{ id: 1, value: 'x' }])
    expect(row).toEqual({ id: 1 })
  })
})

describe('a default that is beyond us', () => {
  test.each([
    ['string', 'current_user()'],
    ['date', 'current_date()'],
    ['integer', '1 + 1'],
    ['integer', "'a'"],
    ['decimal(10,2)', '1.005'],
    ['timestamp', "TIMESTAMP '2026-01-02 03:04:05'"],
    ['timestamp_ntz', "DATE '2026-01-02'"],
    ['string', "'a\\nb'"],
    ['string', "'it''s'"],
    ['binary', "'YQ=='"],
  ])('%s default %s is refused by name where a row needs it, and only there', async (type, sql) => {
    const { table } = await withDefault(type, sql)
    await table.append([{ id: 1, value: null }])
    await expect(table.append([{ id: 2, value: null }, { id: 3 }])).rejects.toMatchObject({
      code: 'unsupported',
      details: { feature: 'allowColumnDefaults', row: 2, column: 'value' },
    })
    expect(table.version).toBe(1)
  })

  test('because the text of the column is padded', async () => {
    const { table } = await withDefault('string', "'a'", { __CHAR_VARCHAR_TYPE_STRING: 'char(5)' })
    await expect(table.append([{ id: 1 }])).rejects.toMatchObject({ details: { feature: 'allowColumnDefaults' } })
  })
})
