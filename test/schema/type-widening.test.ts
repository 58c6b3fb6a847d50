import { describe, expect, test } from 'vitest'
import {
  checkTypeChanges,
  hasTypeChanges,
  parsePartitionValue,
  parseSchema,
  parseStats,
} from '../../src/schema/index.ts'

/** A column that has another type now than it had. */
function widened(fromType: string, toType: string, more: Record<string, unknown> = {}) {
  const metadata = { 'delta.typeChanges': [{ fromType, toType, ...more }] }
  const fields = [{ name: 'c', type: toType, nullable: true, metadata }]
  return parseSchema(JSON.stringify({ type: 'struct', fields }))
}

describe('a change of type', () => {
  test.each([
    ['byte', 'short'],
    ['byte', 'long'],
    ['short', 'integer'],
    ['integer', 'long'],
    ['float', 'double'],
    ['byte', 'double'],
    ['integer', 'double'],
    ['date', 'timestamp_ntz'],
    ['decimal(5,2)', 'decimal(7,2)'],
    ['decimal(5,2)', 'decimal(8,4)'],
    ['short', 'decimal(10,0)'],
    ['integer', 'decimal(12,2)'],
    ['long', 'decimal(20,0)'],
  ])('from %s to %s is one that older files can be read after', (from, to) => {
    expect(() => checkTypeChanges(widened(from, to))).not.toThrow()
    expect(hasTypeChanges(widened(from, to))).toBe(true)
  })

  test.each([
    ['long', 'integer'],
    ['long', 'double'],
    ['double', 'float'],
    ['date', 'timestamp'],
    ['decimal(5,2)', 'decimal(6,4)'],
    ['integer', 'decimal(9,0)'],
    ['long', 'decimal(19,0)'],
    ['string', 'long'],
    ['integer', 'string'],
    ['integer', 'integer'],
  ])('from %s to %s is refused by name', (from, to) => {
    const message = `the type of column c was changed from ${from} to ${to}, which is no widening`
    expect(() => checkTypeChanges(widened(from, to))).toThrow(message)
  })

  test('inside an array is judged, too', () => {
    expect(() => checkTypeChanges(widened('long', 'byte', { fieldPath: 'element' }))).toThrow('no widening')
  })

  test('that is not one is invalid', () => {
    const metadata = { 'delta.typeChanges': [{ from: 'byte' }] }
    const schema = { type: 'struct', fields: [{ name: 'c', type: 'long', nullable: true, metadata }] } as const
    expect(() => checkTypeChanges(parseSchema(schema))).toThrow('does not name its fromType and toType')
  })
})

describe('statistics of a file from before the change', () => {
  const boundsOf = (from: string, to: string, min: string, max: string) => {
    const stats = parseStats(widened(from, to), `{"numRecords":2,"minValues":{"c":${min}},"maxValues":{"c":${max}}}`)
    return [stats.min(['c']), stats.max(['c'])]
  }

  test('bound its values in the wider type', () => {
    expect(boundsOf('byte', 'long', '-3', '4')).toEqual([-3, 4])
    expect(boundsOf('integer', 'double', '-3', '4')).toEqual([-3, 4])
    const [min, max] = boundsOf('short', 'decimal(12,2)', '-3', '4').map(Number)
    expect(min).toBeLessThanOrEqual(-300)
    expect(max).toBeGreaterThanOrEqual(400)
  })

  test('of float bound what doubles are made of them', () => {
    const [value] = Float32Array.of(0.1)
    const [min = 0, max = 0] = boundsOf('float', 'double', '0.1', '0.1')
    expect(min).toBeLessThanOrEqual(0.1)
    expect(max).toBeGreaterThanOrEqual(value ?? 0)
  })

  test('of date bound the midnights that they became', () => {
    const day = 20_455 * 86_400_000_000
    expect(boundsOf('date', 'timestamp_ntz', '"2026-01-02"', '"2026-01-02"')).toEqual([day, day + 999])
    expect(parsePartitionValue({ type: 'timestamp_ntz' }, '2026-01-02')).toBe(day)
  })
})
