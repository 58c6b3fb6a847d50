import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkWritableTypes, type DeltaType, type StructType } from '../../src/schema/index.ts'
import { field, nestedSchemas } from './arbitrary.ts'

const VOID: DeltaType = { type: 'void' }
const LONG: DeltaType = { type: 'long' }

function columns(types: Record<string, DeltaType>): StructType {
  return { type: 'struct', fields: Object.entries(types).map(([name, type]) => field(name, type)) }
}

function arrayOf(elementType: DeltaType): DeltaType {
  return { type: 'array', elementType, containsNull: true }
}

function mapOf(keyType: DeltaType, valueType: DeltaType): DeltaType {
  return { type: 'map', keyType, valueType, valueContainsNull: true }
}

test('every type that has values can be written, nested in any way', () => {
  fc.assert(fc.property(nestedSchemas(), (schema) => checkWritableTypes(schema)))
})

test('void columns and fields are left out of the file, beside others that are not', () => {
  checkWritableTypes(columns({ a: VOID, b: columns({ c: VOID, d: LONG }) }))
})

test.each<[Record<string, DeltaType>, string, string]>([
  [{ v: { type: 'variant' } }, 'v', 'column v: the type variant cannot be written yet'],
  [{ a: arrayOf(columns({ 'x y': { type: 'variant' } })) }, 'a', 'column a[].`x y`: the type variant'],
  [{ a: arrayOf(VOID) }, 'a', 'column a[]: void cannot be stored inside an array or a map'],
  [{ a: arrayOf(columns({ b: VOID, c: LONG })) }, 'a', 'column a[].b: void cannot be stored'],
  [{ m: mapOf(VOID, LONG) }, 'm', 'column m{key}: void cannot be stored'],
  [{ m: mapOf(LONG, VOID) }, 'm', 'column m{}: void cannot be stored'],
  [{ a: LONG, s: columns({ b: VOID }) }, 's', 'column s: a struct needs a field that is stored'],
  [{ s: columns({ t: columns({}), u: LONG }) }, 's', 'column s.t: a struct needs a field that is stored'],
  [{ a: VOID, b: VOID }, 'a', 'column a: all columns are void'],
])('%o is refused by name', (types, column, message) => {
  expect(() => checkWritableTypes(columns(types))).toThrow(message)
  expect(() => checkWritableTypes(columns(types))).toThrow(
    expect.objectContaining({ code: 'unsupported', details: { column } }),
  )
})

test('a hundred levels can be written, more cannot', () => {
  let type: DeltaType = LONG
  for (let level = 0; level < 100; level++) type = level % 2 === 0 ? arrayOf(type) : columns({ a: type })
  expect(() => checkWritableTypes(columns({ c: type }))).not.toThrow()
  expect(() => checkWritableTypes(columns({ c: arrayOf(type) }))).toThrow(
    'column c: it nests more than 100 levels deep',
  )
})
