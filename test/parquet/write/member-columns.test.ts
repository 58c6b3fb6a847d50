import { describe, expect, test } from 'vitest'
import { MemberColumns } from '../../../src/parquet/write/member-columns.ts'
import type { Members } from '../../../src/schema/index.ts'

/** The columns of structs, as arrays of their own. */
function columnsOf(names: readonly string[], structs: readonly (Members | null)[]): readonly unknown[][] {
  const columns = new MemberColumns(names)
  expect(columns.take(structs, 0, structs.length)).toBeUndefined()
  return names.map((_, place) => [...columns.column(place)])
}

describe('members become columns', () => {
  test('whatever the order in which a struct has them', () => {
    const structs = [
      { a: 1, b: 2, c: 3 },
      { c: 6, a: 4, b: 5 },
      { b: 8, c: 9 },
    ]
    expect(columnsOf(['a', 'b', 'c'], structs)).toEqual([
      [1, 4, undefined],
      [2, 5, 8],
      [3, 6, 9],
    ])
  })

  test('of null there is none', () => {
    expect(columnsOf(['a'], [{ a: 1 }, null, { a: 3 }])).toEqual([[1, undefined, 3]])
  })

  test('the getters of a class are members', () => {
    class Point {
      readonly x = 1
      get y(): number {
        return this.x + 1
      }
    }
    expect(columnsOf(['x', 'y'], [{ ...new Point() }, new Point() as unknown as Members])).toEqual([
      [1, 1],
      [undefined, 2],
    ])
  })

  test('what every object inherits is a member only where the object has it itself', () => {
    const own = JSON.parse('{ "toString": "own", "__proto__": "proto" }')
    expect(columnsOf(['toString', '__proto__'], [own, {}])).toEqual([
      ['own', undefined],
      ['proto', undefined],
    ])
  })

  test('nothing is left over from the batch before', () => {
    const columns = new MemberColumns(['a'])
    columns.take([{ a: 1 }, { a: 2 }, { a: 3 }], 0, 3)
    columns.take([{ a: 1 }, { a: 4 }, {}], 1, 3)
    expect(columns.column(0).slice(0, 2)).toEqual([4, undefined])
  })

  test('a member that is not known is named, unless it is undefined or inherited', () => {
    const columns = new MemberColumns(['a'])
    expect(columns.take([{ a: 1 }, { a: 1, b: 2 }], 0, 2)).toBe('b')
    expect(columns.take([{ a: 1, b: undefined }], 0, 1)).toBeUndefined()
    expect(columns.take([Object.create({ b: 2 })], 0, 1)).toBeUndefined()
  })
})
