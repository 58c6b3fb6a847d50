import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnLayout, type LayoutOptions, rowCaster } from '../../src/connector/index.ts'
import { caster } from '../../src/schema/index.ts'
import { descriptorOf, everyType, fieldOf, type GivenField, run } from './sample.ts'

const castRow = (fields: readonly GivenField[], row: unknown, options?: LayoutOptions) =>
  rowCaster(columnLayout(descriptorOf(...fields), options), run)(row, 4)

const lineage = {
  KADOA_RUN_ID: 'run-7',
  KADOA_JOB_ID: 'job-7',
  KADOA_RUN_STARTED_AT: '2026-01-02T03:04:05.000000Z',
  KADOA_RUN_FINISHED_AT: '2026-01-02T04:00:00.000000Z',
  KADOA_ROW_INDEX: 4,
  KADOA_ROW_KEY: null,
}

describe('a row that is published', () => {
  test('has a value for each column, then its lineage', () => {
    const given = {
      string: 'Lampe',
      number: '24.9',
      boolean: 1,
      date: '2026-01-02',
      datetime: '2026-01-02T03:04:05+01:00',
      money: { amount: 2490, currencyCode: 'EUR' },
      link: 'not checked',
      object: { a: 1, _b: 2 },
      array: ['x'],
    }
    expect(castRow(everyType, given)).toEqual({
      row: {
        string: 'Lampe',
        number: 24.9,
        boolean: true,
        date: '2026-01-02',
        datetime: '2026-01-02T02:04:05.000000Z',
        money: { amount: '2490.0000', currencyCode: 'EUR' },
        image: null,
        link: 'not checked',
        object: '{"a":1}',
        array: '["x"]',
        ...lineage,
      },
      problems: [],
      extraFields: [],
    })
  })

  test('is never lost to a bad value: each becomes null and is told of', () => {
    const { row, problems } = castRow(everyType, { number: '1,5', date: 'soon', string: 'kept' })
    expect(row).toMatchObject({ number: null, date: null, string: 'kept' })
    expect(problems).toEqual([
      { column: 'number', problem: 'CAST_FAILED', found: 'the text "1,5"' },
      { column: 'date', problem: 'CAST_FAILED', found: 'the text "soon"' },
    ])
  })

  test('leaves out private keys without a word, and others that are no fields by name', () => {
    const fields = [fieldOf('a', 'STRING'), fieldOf('mail', 'STRING', { isPrivate: true })]
    const { row, extraFields } = castRow(fields, { a: 'x', mail: 'me@example.com', _id: 1, __proto: 2, b: 3 })
    expect(row).toEqual({ a: 'x', ...lineage })
    expect(extraFields).toEqual(['b'])
  })

  test('has MONEY in two columns where asked', () => {
    const price = [fieldOf('price', 'MONEY')]
    const flat = (value: unknown) => castRow(price, { price: value }, { money: 'flat' })
    expect(flat({ amount: 5, currencyCode: 'JPY' }).row).toMatchObject({
      price_AMOUNT: '5.0000',
      price_CURRENCY: 'JPY',
    })
    expect(flat(null).row).toMatchObject({ price_AMOUNT: null, price_CURRENCY: null })
    expect(flat('$5').row).toMatchObject({ price_AMOUNT: null, price_CURRENCY: null })
    expect(flat('$5').problems.map(({ column }) => column)).toEqual(['price_AMOUNT'])
    expect(flat({ amount: 5, currencyCode: '\ud83d' }).problems).toMatchObject([{ column: 'price_CURRENCY' }])
  })

  test('takes only what is its own: not what every object inherits', () => {
    expect(castRow([fieldOf('constructor', 'STRING')], {})).toEqual({
      row: { constructor: null, ...lineage },
      problems: [],
      extraFields: [],
    })
  })

  test('fits its table, and shows nothing private, whatever the extraction found', () => {
    const layout = columnLayout(descriptorOf(...everyType))
    const cast = rowCaster(layout, run)
    const names = everyType.map(({ name }) => name)
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>({ _secret: 'SECRET', a: [{ _b: 'SECRET' }] }))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names, '_id', 'other'), value), (given) => {
        const { row } = cast({ ...given, _token: 'SECRET' }, 0)
        expect(() => caster(layout.schema)(row)).not.toThrow()
        expect(JSON.stringify(row)).not.toContain('SECRET')
      }),
    )
  })

  test.each([null, 'text', 5, [], new Date(0)])('is no row when it is %j', (given) => {
    expect(() => castRow(everyType, given)).toThrow(
      expect.objectContaining({
        code: 'invalid-argument',
        message: expect.stringContaining('row 5 of run run-7'),
        details: { row: 5 },
      }),
    )
  })

  test('is no row when it is an instance of a class, and says of which', () => {
    class Laptop {}
    expect(() => castRow(everyType, new Laptop())).toThrow(
      'expected an object as JSON has them, found an instance of Laptop',
    )
  })
})

describe('the key of a row', () => {
  const key = (row: object) =>
    castRow([fieldOf('sku', 'STRING', { isKey: true }), fieldOf('size', 'NUMBER', { isKey: true })], row).row
      .KADOA_ROW_KEY

  test('is the SHA-256 of the JSON array of its published values', () => {
    // printf %s '["a",5]' | sha256sum
    expect(key({ sku: 'a', size: 5 })).toBe('a68030cc6f57b494b59dd80801220467562d22f57ae0d767b5be7a0ef6263db4')
    expect(key({ sku: 'a', size: ' 5.0 ' })).toBe(key({ sku: 'a', size: 5 }))
    expect(key({ sku: 'a', size: -0 })).toBe(key({ sku: 'a', size: 0 }))
    expect(key({ sku: 'a', size: 6 })).not.toBe(key({ sku: 'a', size: 5 }))
  })

  test.each([{ sku: '', size: 5 }, { sku: 'a' }, { sku: 'a', size: null }, { sku: 'a', size: 'large' }])(
    'is null for %j: rows with an empty part are distinct',
    (row) => {
      expect(key(row)).toBeNull()
    },
  )
})
