import { describe, expect, test } from 'vitest'
import {
  assignColumnMapping,
  checkColumnMapping,
  columnMappingMode,
  type DeltaType,
  formatStats,
  hasColumnMapping,
  parseStats,
  physicalPath,
  physicalSchema,
  type StructField,
  type StructType,
  withoutColumnMapping,
} from '../../src/schema/index.ts'

const struct = (...fields: StructField[]): StructType => ({ type: 'struct', fields })
const plain = (name: string, type: DeltaType = { type: 'long' }): StructField => {
  return { name, type, nullable: true, metadata: { comment: name } }
}
const mapped = (id: number, name: string, physical: string, type?: DeltaType): StructField => {
  const metadata = { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': physical }
  return { ...plain(name, type), metadata }
}

const schema = struct(
  mapped(1, 'order', 'col-1', struct(mapped(2, 'id', 'col-2'), mapped(3, 'note', 'col-3', { type: 'string' }))),
  mapped(4, 'tags', 'col-4', { type: 'array', elementType: struct(mapped(5, 'id', 'col-5')), containsNull: true }),
)

describe('column mapping', () => {
  test('has the modes of the protocol, in any case, and is off unless said', () => {
    const modes = ['none', 'Name', 'ID'].map((mode) => columnMappingMode({ 'delta.columnMapping.mode': mode }))
    expect(modes).toEqual(['none', 'name', 'id'])
    expect(columnMappingMode({})).toBe('none')
    const other = (): unknown => columnMappingMode({ 'delta.columnMapping.mode': 'position' })
    expect(other).toThrow('the property delta.columnMapping.mode is "position": expected none, name or id')
  })

  test('gives every field its physical name, at any depth', () => {
    const names = JSON.stringify(physicalSchema(schema)).match(/"name":"[^"]*"/g)
    expect(names).toEqual(['col-1', 'col-2', 'col-3', 'col-4', 'col-5'].map((name) => `"name":"${name}"`))
    expect(physicalPath(schema, ['order', 'id'])).toEqual(['col-1', 'col-2'])
    expect(physicalPath(schema, ['order', 'gone'])).toEqual(['col-1', 'gone'])
    expect(physicalPath(struct(plain('a')), ['a'])).toEqual(['a'])
  })

  test('is assigned with ids that count outermost first, over what was there before', () => {
    let uuids = 0
    const assigned = assignColumnMapping(schema, () => `u${++uuids}`)
    expect(assigned.maxColumnId).toBe(5)
    const [order] = assigned.schema.fields
    expect(order).toMatchObject({
      name: 'order',
      metadata: { 'delta.columnMapping.id': 1, 'delta.columnMapping.physicalName': 'col-u1' },
      type: { fields: [{ name: 'id', metadata: { 'delta.columnMapping.id': 2 } }, { name: 'note' }] },
    })
    expect(() => checkColumnMapping(assigned.schema)).not.toThrow()
  })

  test('can be taken off a schema, which keeps its other metadata', () => {
    const { schema: assigned } = assignColumnMapping(struct(plain('a')), () => 'u')
    expect(hasColumnMapping(assigned)).toBe(true)
    expect(withoutColumnMapping(assigned)).toEqual(struct(plain('a')))
  })

  test.each([
    ['lacks an id', struct(plain('a')), 'its column a has no delta.columnMapping.id in its metadata'],
    [
      'has the id of another, inside a struct too',
      struct(mapped(1, 'a', 'x', struct(mapped(1, 'b', 'y')))),
      'its column a.b has the physical name or the id of the column a',
    ],
    ['has the physical name of another', struct(mapped(1, 'a', 'x'), mapped(2, 'b', 'x')), 'of the column a'],
  ])('is refused where a column %s', (_, broken, message) => {
    expect(() => checkColumnMapping(broken)).toThrow(message)
  })

  test('lets one physical name stand in two structs', () => {
    const twice = struct(
      mapped(1, 'a', 'x', struct(mapped(2, 'c', 'y'))),
      mapped(3, 'b', 'z', struct(mapped(4, 'c', 'y'))),
    )
    expect(() => checkColumnMapping(twice)).not.toThrow()
  })
})

describe('statistics of mapped columns', () => {
  const stats = {
    numRecords: 2,
    columns: [{ path: ['order', 'id'], nullCount: 1, min: 3, max: 5 }],
  }

  test('are written under physical names, and read by those of the schema', () => {
    const text = formatStats(schema, stats)
    expect(JSON.parse(text)).toEqual({
      numRecords: 2,
      minValues: { 'col-1': { 'col-2': 3 } },
      maxValues: { 'col-1': { 'col-2': 5 } },
      nullCount: { 'col-1': { 'col-2': 1 } },
    })
    const parsed = parseStats(schema, text)
    expect(parsed.min(['order', 'id'])).toBe(3)
    expect(parsed.max(['order', 'id'])).toBe(5)
    expect(parsed.nullCount(['order', 'id'])).toBe(1)
    expect(parsed.min(['col-1', 'col-2'])).toBeUndefined()
  })

  test('are chosen by the names that users see', () => {
    const chosen = formatStats(schema, stats, { columns: [['order', 'id']] })
    expect(JSON.parse(chosen)).toMatchObject({ minValues: { 'col-1': { 'col-2': 3 } } })
    expect(JSON.parse(formatStats(schema, stats, { columns: [['col-1']] }))).toMatchObject({ minValues: {} })
  })
})
