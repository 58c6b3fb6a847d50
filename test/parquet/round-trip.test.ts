import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PhysicalValue, typeName } from '../../src/schema/index.ts'
import { physicalValues, schemaOf, writableTypes } from './arbitraries.ts'
import { encode, readAll, rowsOf } from './encode.ts'

const options = fc.record({
  codec: fc.constantFrom('none' as const, 'snappy' as const),
  pageBytes: fc.constantFrom(1, 50, 1 << 20),
  rowGroupBytes: fc.constantFrom(1, 1 << 20),
})

describe.each(writableTypes.map((type) => [typeName(type), type] as const))('%s', (_, type) => {
  const schema = schemaOf({ value: type })

  test('every value comes back, nulls too, whatever the pages and row groups', async () => {
    const values = fc.array(fc.option(physicalValues(type)), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(values, options, async (column, encoderOptions) => {
        const rows = rowsOf(schema, new Map([['value', column]]))
        const { bytes } = encode(schema, rows, encoderOptions)
        expect((await readAll(bytes)).columns.get('value')).toEqual(column)
      }),
      { numRuns: 40 },
    )
  })

  test('few values over many rows come back from dictionaries, over pages and row groups', async () => {
    const few = fc.array(physicalValues(type), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(few, fc.nat(), async (values, salt) => {
        const column = Array.from({ length: 1500 }, (_, i): PhysicalValue | null => {
          const pick = (Math.imul(i + salt, 2654435761) >>> 16) % (values.length + 1)
          return values[pick] ?? null
        })
        const rows = rowsOf(schema, new Map([['value', column]]))
        const { bytes } = encode(schema, rows, { pageBytes: 300, rowGroupBytes: 2000 })
        expect((await readAll(bytes)).columns.get('value')).toEqual(column)
      }),
      { numRuns: 8 },
    )
  })

  test('a column that is not nullable comes back', async () => {
    const required = schemaOf({ value: type }, false)
    await fc.assert(
      fc.asyncProperty(fc.array(physicalValues(type), { maxLength: 60 }), options, async (column, encoderOptions) => {
        const rows = rowsOf(required, new Map([['value', column]]))
        const { bytes } = encode(required, rows, encoderOptions)
        expect((await readAll(bytes)).columns.get('value')).toEqual(column)
      }),
      { numRuns: 20 },
    )
  })
})

test('a column that turns unique goes over from its dictionary to plain pages, and comes back', async () => {
  const schema = schemaOf({ text: 'string', number: 'long', decimal: { type: 'decimal', precision: 30, scale: 0 } })
  const rows = Array.from({ length: 12_000 }, (_, i) => {
    const value = i < 2000 ? i % 10 : i * 1_000_003
    return { text: `value ${value}`, number: value, decimal: BigInt(value) }
  })
  const { bytes } = encode(schema, rows, { pageBytes: 2000 })
  const { columns } = await readAll(bytes)
  expect(columns.get('text')).toEqual(rows.map((row) => row.text))
  expect(columns.get('number')).toEqual(rows.map((row) => row.number))
  expect(columns.get('decimal')).toEqual(rows.map((row) => row.number))
})

test('−0, NaN and infinities keep their bits through a dictionary', async () => {
  const values = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  const column = Array.from({ length: 1000 }, (_, i) => values[i % values.length] ?? 0)
  for (const type of ['double', 'float'] as const) {
    const schema = schemaOf({ value: type })
    const { bytes } = encode(schema, rowsOf(schema, new Map([['value', column]])))
    expect(bytes.length).toBeLessThan(1000)
    expect((await readAll(bytes)).columns.get('value')).toEqual(column)
  }
})
