import { describe, expect, test } from 'vitest'
import { columnLayout, type LayoutOptions, reportGatherer, rowCaster } from '../../src/connector/index.ts'
import { descriptorOf, fieldOf, type GivenField, run } from './sample.ts'

function report(fields: readonly GivenField[], rows: readonly object[], options?: LayoutOptions) {
  const layout = columnLayout(descriptorOf(...fields), options)
  const cast = rowCaster(layout, run)
  const gatherer = reportGatherer(layout)
  rows.forEach((row, index) => {
    gatherer.row(cast(row, index), row)
  })
  return gatherer.finish()
}

const stock = fieldOf('stock', 'NUMBER')
const name = fieldOf('name', 'STRING')

describe('the report of a run', () => {
  test('has nothing to say of good rows, nor of none', () => {
    const nothing = {
      castFailures: [],
      precisionLoss: [],
      illFormedText: [],
      garbledText: [],
      extraFields: [],
      moreExtraFields: 0,
      columns: 2,
      missingColumns: [],
      missingRequired: [],
      duplicateKeys: 0,
      rowsWithoutKey: 0,
    }
    expect(report([stock, name], [])).toEqual({ rows: 0, ...nothing })
    expect(report([stock, name], [{ stock: 1, name: 'a' }, { stock: null }])).toEqual({ rows: 2, ...nothing })
  })

  test('counts what did not fit a column, of the values that there were, with five different samples at most', () => {
    const values = ['a', 'a', 'b', 'c', 'd', 'e', 'f', 1, null]
    expect(report([stock], [...values.map((value) => ({ stock: value })), {}]).castFailures).toEqual([
      { column: 'stock', count: 7, present: 8, samples: ['a', 'b', 'c', 'd', 'e'].map((text) => `the text "${text}"`) },
    ])
  })

  test('has short samples, of which none shows a key', () => {
    const rows = ['x'.repeat(1e6), '\ud83d'.repeat(99), { _token: 1 }, [{ _token: 1 }]].map((value) => ({
      stock: value,
    }))
    const { samples = [] } = report([stock], rows).castFailures[0] ?? {}
    expect(samples).toHaveLength(4)
    for (const sample of samples) {
      expect(sample.length).toBeLessThanOrEqual(100)
      expect(sample.isWellFormed()).toBe(true)
      expect(sample).not.toContain('_token')
    }
  })

  test('tells columns of which no row has the key from those that are null', () => {
    expect(report([stock, name, fieldOf('toString', 'STRING')], [{ stock: null }]).missingColumns).toEqual([
      'name',
      'toString',
    ])
    expect(report([fieldOf('price', 'MONEY')], [{ a: 1 }], { money: 'flat' }).missingColumns).toEqual([
      'price_AMOUNT',
      'price_CURRENCY',
    ])
  })

  test('counts rows without a required value', () => {
    const required = fieldOf('stock', 'NUMBER', { isRequired: true })
    expect(report([required], [{}, { stock: null }, { stock: 0 }, { stock: '' }]).missingRequired).toEqual([
      { column: 'stock', count: 2 },
    ])
  })

  test('counts keys that came before, and rows that have none', () => {
    const key = fieldOf('sku', 'STRING', { isKey: true })
    const rows = ['a', 'b', 'a', '', 'a', null].map((sku) => ({ sku }))
    expect(report([key], rows)).toMatchObject({ duplicateKeys: 2, rowsWithoutKey: 2 })
    expect(report([fieldOf('sku', 'STRING')], rows)).toMatchObject({ duplicateKeys: 0, rowsWithoutKey: 0 })
  })

  test('names at most a hundred keys that are no fields, each in short', () => {
    const rows = Array.from({ length: 150 }, (_, i) => ({ a: 1, [`k${i}`]: 1, ['x'.repeat(999)]: 1 }))
    const { extraFields, moreExtraFields } = report([stock], rows)
    expect(extraFields).toHaveLength(100)
    expect(extraFields.slice(0, 3)).toEqual([
      { name: 'a', count: 150 },
      { name: 'k0', count: 1 },
      { name: 'x'.repeat(100), count: 150 },
    ])
    expect(moreExtraFields).toBe(52)
  })

  test('counts garbled and ill-formed text apart', () => {
    const rows = [{ name: 'MÃ¼ller' }, { name: '\ud83d' }, { name: { a: 'M\ufffdller' } }, { name: 'Müller' }]
    expect(report([name], rows)).toMatchObject({
      garbledText: [{ column: 'name', count: 2 }],
      illFormedText: [{ column: 'name', count: 1 }],
    })
  })

  test('is JSON', () => {
    const full = report([stock, name], [{ stock: 'x', name: '\ud83d', other: 1 }])
    expect(JSON.parse(JSON.stringify(full))).toEqual(full)
  })
})
