import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkColumnNames,
  type DeltaType,
  renameColumn,
  renameColumns,
  type StructType,
} from '../../src/schema/index.ts'
import { field } from './arbitrary.ts'

function named(...names: string[]): StructType {
  return {
    type: 'struct',
    fields: names.map((name) => ({ name, type: { type: 'long' }, nullable: true, metadata: {} })),
  }
}

test.each([...' ,;{}()\n\t='])('the character %j is forbidden in a name, and both ways out are told', (character) => {
  const name = `a${character}b`
  expect(() => checkColumnNames(named('ok', name))).toThrow(
    expect.objectContaining({ code: 'invalid-argument', details: { column: name } }),
  )
  expect(() => checkColumnNames(named(name))).toThrow(JSON.stringify(name))
  expect(() => checkColumnNames(named(name))).toThrow(/--rename-columns writes "_".*delta\.columnMapping\.mode=name/)
})

test.each(['größe', '价格', 'a.b', 'a-b', 'a/b', '😀', '1', '__proto__', "it's"])('%s is allowed', (name) => {
  expect(() => checkColumnNames(named(name))).not.toThrow()
})

test('an empty name is refused', () => {
  expect(() => checkColumnNames(named('a', ''))).toThrow('a column has no name')
})

test('names are unique, ignoring case', () => {
  expect(() => checkColumnNames(named('id', 'x', 'id'))).toThrow('two columns are called "id"')
  expect(() => checkColumnNames(named('Id', 'ID'))).toThrow('columns "Id" and "ID" differ only by case')
})

describe('names inside a column', () => {
  const wraps: [string, (type: DeltaType) => DeltaType][] = [
    ['a', (type) => type],
    ['a[]', (elementType) => ({ type: 'array', elementType, containsNull: true })],
    ['a{}', (valueType) => ({ type: 'map', keyType: { type: 'string' }, valueType, valueContainsNull: true })],
    ['a{key}', (keyType) => ({ type: 'map', keyType, valueType: { type: 'string' }, valueContainsNull: true })],
    ['a.a', (type) => ({ type: 'struct', fields: [field('a', type)] })],
  ]

  test.each(wraps)('of %s are held to the same rules, apart from those outside', (place, wrap) => {
    const nested = (...inner: string[]): StructType => ({ type: 'struct', fields: [field('a', wrap(named(...inner)))] })
    expect(() => checkColumnNames(nested('A', 'b'))).not.toThrow()
    expect(() => checkColumnNames(nested('a', 'b c'))).toThrow(
      expect.objectContaining({ code: 'invalid-argument', details: { column: 'a' } }),
    )
    expect(() => checkColumnNames(nested('a', 'b c'))).toThrow(
      `inside ${place}, column "b c" has a name that Delta forbids`,
    )
    expect(() => checkColumnNames(nested('x', 'X'))).toThrow(`inside ${place}, columns "x" and "X" differ only by case`)
    expect(() => checkColumnNames(nested(''))).toThrow(`inside ${place}, a column has no name: give it one`)
  })
})

describe('renaming', () => {
  test('writes "_" for what is forbidden', () => {
    expect(renameColumn('Cost Total $')).toBe('Cost_Total_$')
    expect(renameColumn('a(b)=c')).toBe('a_b__c')
    expect(renameColumn('')).toBe('_')
    expect(renameColumn('fine')).toBe('fine')
  })

  test('leaves allowed names alone and moves the others out of their way', () => {
    expect(renameColumns(['a b', 'a_b', 'A B', 'a,b'])).toEqual(['a_b_2', 'a_b', 'A_B_3', 'a_b_4'])
    expect(renameColumns(['id', 'ID', 'Id'])).toEqual(['id', 'ID_2', 'Id_3'])
    expect(renameColumns(['', '', '_'])).toEqual(['__2', '__3', '_'])
  })

  test('gives names that Delta takes, whatever the names were, and changes them only once', () => {
    const name = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', 'A', ' ', '_', '2'), maxLength: 4 }))
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        const renamed = renameColumns(names)
        expect(() => checkColumnNames(named(...renamed))).not.toThrow()
        expect(renameColumns(renamed)).toEqual(renamed)
      }),
    )
  })
})
