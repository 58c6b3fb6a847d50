import { describe, expect, test } from 'vitest'
import { ColumnFinder } from '../../../src/parquet/read/column-finder.ts'
import type { SchemaNode } from '../../../src/parquet/read/schema-tree.ts'
import type { StructField } from '../../../src/schema/index.ts'

const column = (name: string, fieldId?: number): SchemaNode => {
  const element = { name, type: 'INT64' as const, ...(fieldId !== undefined && { field_id: fieldId }) }
  return { element, path: [name], children: [], definition: 0, repetition: 0, chunk: 0 }
}
const group = (...children: SchemaNode[]): SchemaNode => {
  return { element: { name: 'schema' }, path: [], children, definition: 0, repetition: 0, chunk: 0 }
}
const field = (name: string, id?: number): StructField => {
  const metadata = id === undefined ? {} : { 'delta.columnMapping.id': id }
  return { name, type: { type: 'long' }, nullable: true, metadata }
}

describe('a column is found', () => {
  test('by its name, and where the file has none of it by a name that differs in case', () => {
    const file = group(column('id'), column('ID'), column('Émile'))
    const finder = new ColumnFinder('name')
    expect(finder.find(file, field('id'))).toBe(file.children[0])
    expect(finder.find(file, field('ID'))).toBe(file.children[1])
    expect(finder.find(file, field('émile'))).toBe(file.children[2])
    expect(finder.find(file, field('later'))).toBeUndefined()
  })

  test('by its id, whatever it is called', () => {
    const file = group(column('a', 2), column('b', 1), column('c'))
    const finder = new ColumnFinder('id')
    expect(finder.find(file, field('a', 1))).toBe(file.children[1])
    expect(finder.find(file, field('c', 3))).toBeUndefined()
  })

  test('by its name where neither the table nor the file has an id for it', () => {
    const file = group(column('a', 1), column('c'))
    const finder = new ColumnFinder('id')
    expect(finder.find(file, field('c'))).toBe(file.children[1])
    expect(finder.find(file, field('a'))).toBeUndefined()
  })

  test.each([
    ['name', [column('a'), column('a')], field('a'), "the file has 2 columns called 'a':"],
    ['name', [column('aB'), column('Ab')], field('ab'), "the file has 2 columns called 'ab', but for upper and lower"],
    ['id', [column('a', 7), column('b', 7)], field('a', 7), 'the file has 2 columns of the id 7:'],
  ] as const)('by %s only where one can be meant', (matchBy, columns, wanted, message) => {
    expect(() => new ColumnFinder(matchBy).find(group(...columns), wanted)).toThrow(message)
  })

  test('without going through its group again for each', () => {
    const columns = Array.from({ length: 2000 }, (_, i) => column(`c${i}`))
    let walks = 0
    const wide: SchemaNode = {
      ...group(),
      get children() {
        walks++
        return columns
      },
    }
    const finder = new ColumnFinder('name')
    for (const { element } of columns) expect(finder.find(wide, field(element.name))?.element.name).toBe(element.name)
    expect(walks).toBe(1)
  })
})
