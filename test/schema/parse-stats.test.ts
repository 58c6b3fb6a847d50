import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonObject, type JsonValue, parseJson } from '../../src/json.ts'
import { comparePhysical, type DeltaType, leafCaster, parseSchema, parseStats } from '../../src/schema/index.ts'
import { FLAT_TYPES, schemaOf } from './arbitrary.ts'

function bounds(type: DeltaType, min: string, max: string, exact = false): unknown[] {
  const stats = parseStats(schemaOf(type), `{"minValues":{"c":${min}},"maxValues":{"c":${max}}}`, { exact })
  return [stats.min(['c']), stats.max(['c'])]
}

describe('statistics that peers wrote', () => {
  const folder = new URL('../../fixtures/schema/stats/', import.meta.url)
  test.each(readdirSync(folder))('%s: every row lies within the bounds', (name) => {
    const { schema: schemaJson, stats: text, rows } = parsed(readFileSync(new URL(name, folder), 'utf8'))
    const schema = parseSchema(schemaJson ?? null)
    const stats = parseStats(schema, String(text))
    expect(stats.numRecords).toBe((rows as readonly JsonValue[]).length)
    for (const { name: column, type } of schema.fields) {
      const [min, max] = [stats.min([column]), stats.max([column])]
      for (const row of rows as readonly JsonValue[]) {
        const value = leafCaster(type)(isJsonObject(row) ? row[column] : undefined)
        if (value === null) continue
        if (min !== undefined) expect(comparePhysical(type, min, value)).toBeLessThanOrEqual(0)
        if (max !== undefined && comparePhysical(type, max, value) < 0) {
          expect([value, stats.mayHoldNaN([column])]).toEqual([Number.NaN, true])
        }
      }
    }
  })

  function parsed(text: string) {
    const json = parseJson(text)
    return isJsonObject(json) ? json : {}
  }
})

describe('bounds are made sound', () => {
  test('a timestamp maximum reaches to the end of its millisecond, at any offset', () => {
    const text = '"2023-06-15T12:30:00.000-08:00"'
    expect(bounds({ type: 'timestamp' }, text, text)).toEqual([1686861000000000, 1686861000000999])
    const local = '"2023-06-15T12:30:00.000"'
    expect(bounds({ type: 'timestamp_ntz' }, local, local)).toEqual([1686832200000000, 1686832200000999])
    expect(bounds({ type: 'timestamp' }, local, local)).toEqual([undefined, undefined])
  })

  test('float bounds are narrowed to 32 bits', () => {
    expect(bounds({ type: 'float' }, '1.17549435E-38', '1.1')).toEqual([1.1754943508222875e-38, Math.fround(1.1)])
  })

  test('NaN and infinities may be text', () => {
    expect(bounds({ type: 'double' }, '"-Infinity"', '"NaN"')).toEqual([Number.NEGATIVE_INFINITY, Number.NaN])
    expect(bounds({ type: 'double' }, '"-inf"', '1e999')).toEqual([undefined, undefined])
  })

  test('decimal bounds are widened by what a double may have lost, unless the writer is exact', () => {
    const type = { type: 'decimal', precision: 38, scale: 10 } as const
    const [min, max] = bounds(type, '-1.2345678901234567e+19', '1.2345678901234567e+19')
    expect(min).toBeLessThan(-123456789012345678901234567890n)
    expect(max).toBeGreaterThan(123456789012345678901234567890n)
    expect(bounds({ type: 'decimal', precision: 5, scale: 2 }, '1.5', '2.50', true)).toEqual([150, 250])
    expect(bounds({ type: 'decimal', precision: 5, scale: 2 }, '1.509', '2.501', true)).toEqual([150, 251])
    expect(bounds({ type: 'decimal', precision: 5, scale: 2 }, '"1.5"', '"2.5"', true)).toEqual([150, 250])
  })

  test('a maximum of doubles covers NaN only if its writer is known to count it', () => {
    const text = '{"maxValues":{"c":5}}'
    const schema = schemaOf({ type: 'double' })
    expect(parseStats(schema, text).mayHoldNaN(['c'])).toBe(true)
    expect(parseStats(schema, text, { exact: true }).mayHoldNaN(['c'])).toBe(false)
    expect(parseStats(schema, '{}', { exact: true }).mayHoldNaN(['c'])).toBe(true)
    expect(parseStats(schemaOf({ type: 'long' }), text).mayHoldNaN(['c'])).toBe(false)
  })
})

describe('what cannot be understood is unknown', () => {
  test.each([
    undefined,
    '',
    'null',
    '[]',
    '{"numRecords":"3","minValues":[1],"nullCount":{"c":-1}}',
    '{"numRecords":1.5}',
  ])('%s', (text) => {
    const stats = parseStats(schemaOf({ type: 'long' }), text)
    expect(stats.numRecords).toBeUndefined()
    expect([stats.nullCount(['c']), stats.min(['c']), stats.max(['c'])]).toEqual([undefined, undefined, undefined])
  })

  test('a bound of another type, of a column that is gone, or of a name every object has', () => {
    expect(bounds({ type: 'long' }, '"5"', '5.5')).toEqual([undefined, undefined])
    expect(bounds({ type: 'string' }, '5', 'null')).toEqual([undefined, undefined])
    expect(bounds({ type: 'date' }, '"2026-02-30"', '20455')).toEqual([undefined, undefined])
    const stats = parseStats(schemaOf({ type: 'long' }), '{"minValues":{"gone":1},"nullCount":{}}')
    expect(stats.min(['gone'])).toBeUndefined()
    expect(stats.nullCount(['constructor'])).toBeUndefined()
  })

  test('no text at all makes it throw', () => {
    const json = fc.json({ maxDepth: 3 })
    fc.assert(
      fc.property(fc.oneof(json, fc.string()), json, fc.constantFrom(...FLAT_TYPES), (text, bound, type) => {
        for (const candidate of [text, `{"minValues":{"c":${bound}},"maxValues":{"c":${bound}}}`]) {
          const stats = parseStats(schemaOf(type), candidate)
          stats.min(['c'])
          stats.max(['c'])
          stats.nullCount(['c'])
        }
      }),
    )
  })
})

test('wide bounds are told from tight ones', () => {
  const schema = schemaOf({ type: 'long' })
  expect(parseStats(schema, '{}').tightBounds).toBe(true)
  expect(parseStats(schema, '{"tightBounds":false}').tightBounds).toBe(false)
})
