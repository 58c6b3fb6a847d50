import { describe, expect, test } from 'vitest'
import { columnLayout } from '../../src/connector/index.ts'
import { typeName } from '../../src/schema/index.ts'
import { descriptorOf, fieldOf } from './sample.ts'

const layoutOf = (dataType: string, shape?: unknown) =>
  columnLayout(descriptorOf(fieldOf('specs', dataType, { shape })), { nested: 'typed' })

const columnOf = (dataType: string, shape?: unknown): string =>
  layoutOf(dataType, shape).columns.map(({ type, policy }) => `${typeName(type)} ${policy}`)[0] ?? ''

/** A shape so many levels deep, around a value. */
const nested = (levels: number, value = 'NUMBER'): unknown => (levels === 0 ? value : { a: nested(levels - 1, value) })

describe('a shape that says all', () => {
  test('makes a struct of an object, its members in the order of their names', () => {
    expect(columnOf('OBJECT', { weight: 'NUMBER', _id: 'STRING', unit: 'STRING' })).toBe(
      'struct<unit:string,weight:double> SHAPE_STRUCT',
    )
    expect(layoutOf('OBJECT', { b: 'DATE', a: 'LINK' }).hash).toBe(layoutOf('OBJECT', { a: 'LINK', b: 'DATE' }).hash)
  })

  test('makes an array of a list of one, objects in it structs', () => {
    expect(columnOf('ARRAY', ['DATE'])).toBe('array<date> SHAPE_STRUCT')
    expect(columnOf('ARRAY', [{ at: 'DATETIME', sizes: [['BOOLEAN']] }])).toBe(
      'array<struct<at:timestamp,sizes:array<array<boolean>>>> SHAPE_STRUCT',
    )
  })

  test('has money as a struct, whether money in columns of its own is flat or not', () => {
    const shape = { price: 'MONEY', tax: 'CURRENCY' }
    const { columns } = columnLayout(descriptorOf(fieldOf('specs', 'OBJECT', { shape })), {
      nested: 'typed',
      money: 'flat',
    })
    const money = 'struct<amount:decimal(20,4),currencyCode:string>'
    expect(columns.map(({ type }) => typeName(type))).toEqual([`struct<price:${money},tax:${money}>`])
  })

  test('is JSON text unless typed columns are asked for', () => {
    const descriptor = descriptorOf(fieldOf('specs', 'OBJECT', { shape: { weight: 'NUMBER' } }))
    expect(columnLayout(descriptor).columns.map(({ policy }) => policy)).toEqual(['JSON_TEXT'])
  })

  test('makes another table when it changes, and the same when it does not', () => {
    const hashes = [{ a: 'NUMBER' }, { a: 'STRING' }, { b: 'NUMBER' }, { a: 'NUMBER', b: 'NUMBER' }, { a: ['NUMBER'] }]
    expect(new Set(hashes.map((shape) => layoutOf('OBJECT', shape).hash)).size).toBe(hashes.length)
    expect(layoutOf('OBJECT', { a: 'STRING' }).hash).toBe(layoutOf('OBJECT', { a: 'IMAGE' }).hash)
  })

  test('may nest 15 levels', () => {
    expect(columnOf('OBJECT', nested(15))).toContain('SHAPE_STRUCT')
    expect(columnOf('OBJECT', nested(16))).toBe('string JSON_TEXT')
  })

  test('counts money as a level, for it is a struct', () => {
    expect(columnOf('OBJECT', nested(14, 'MONEY'))).toContain('SHAPE_STRUCT')
    expect(columnOf('OBJECT', nested(15, 'MONEY'))).toBe('string JSON_TEXT')
  })
})

describe('a shape that leaves something open', () => {
  test.each([
    [
      'OBJECT',
      { weight: 1.5 },
      'shape.weight: expected the type of a value, an object of shapes or a list of one shape, found the number 1.5',
    ],
    ['OBJECT', { weight: 'kg' }, 'shape.weight: expected the type of a value, found the text "kg"'],
    [
      'OBJECT',
      { type: 'object', properties: { a: { type: 'number' } } },
      'shape.properties.a.type: expected the type of a value, found the text "number"',
    ],
    ['OBJECT', { a: 'OBJECT' }, 'shape.a: expected the type of a value, found the text "OBJECT"'],
    ['OBJECT', { a: [{ b: 'ARRAY' }] }, 'shape.a[].b: expected the type of a value, found the text "ARRAY"'],
    [
      'OBJECT',
      { a: null },
      'shape.a: expected the type of a value, an object of shapes or a list of one shape, found null',
    ],
    ['OBJECT', {}, 'shape: expected an object with members, found an object'],
    ['OBJECT', { a: { _id: 'STRING' } }, 'shape.a: expected an object with members, found an object'],
    [
      'OBJECT',
      { size: 'STRING', Size: 'NUMBER' },
      'shape: expected names that differ by more than case from "Size", found the text "size"',
    ],
    ['OBJECT', { '': 'STRING' }, 'shape: expected names of a letter, then letters, digits and "_", found the text ""'],
    [
      'OBJECT',
      { 'a b': 'STRING' },
      'shape: expected names of a letter, then letters, digits and "_", found the text "a b"',
    ],
    ['OBJECT', ['STRING'], 'shape: expected an object of shapes, for the field is an OBJECT, found an array of 1'],
    ['ARRAY', { a: 'STRING' }, 'shape: expected a list of one shape, for the field is an ARRAY, found an object'],
    ['ARRAY', 'STRING', 'shape: expected a list of one shape, for the field is an ARRAY, found the text "STRING"'],
    ['ARRAY', [], 'shape: expected a list of one shape, found an array of 0'],
    ['ARRAY', ['STRING', 'NUMBER'], 'shape: expected a list of one shape, found an array of 2'],
  ])('is JSON text, and says where: %s %j', (dataType, shape, why) => {
    expect(columnOf(dataType, shape)).toBe('string JSON_TEXT')
    expect(layoutOf(dataType, shape).notices).toEqual([`field specs is published as JSON text: ${why}`])
  })

  test('says nothing of a field that declares none', () => {
    expect(layoutOf('OBJECT').notices).toEqual([])
    expect(layoutOf('ARRAY', null).notices).toEqual([])
  })

  test('is never looked at where the field is no object', () => {
    expect(columnOf('STRING', { a: 'NUMBER' })).toBe('string TO_STRING')
    expect(layoutOf('NUMBER', { a: 1 }).notices).toEqual([])
  })
})
