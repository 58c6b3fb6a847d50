import { describe, expect, test } from 'vitest'
import { bufferAccess, openParquet } from '../../../src/parquet/index.ts'
import type { DeltaType, PhysicalTree, StructField, StructType } from '../../../src/schema/index.ts'
import { failureOf } from '../failure-of.ts'
import { levelFile, type TestColumn, type TestNode } from '../level-file.ts'

const leaf = (name: string, repetition: TestNode['repetition'] = 'optional'): TestNode => ({ name, repetition })
const group = (
  name: string,
  children: readonly TestNode[],
  repetition: TestNode['repetition'] = 'optional',
  annotation?: TestNode['annotation'],
): TestNode => ({ name, children, repetition, ...(annotation && { annotation }) })

const integer: DeltaType = { type: 'integer' }
const array = (elementType: DeltaType, containsNull = true): DeltaType => ({ type: 'array', elementType, containsNull })
const field = (name: string, type: DeltaType, nullable = true): StructField => ({ name, type, nullable, metadata: {} })
const struct = (...fields: StructField[]): StructType => ({ type: 'struct', fields })

interface ReadAs {
  readonly as?: DeltaType
  readonly rows?: readonly { start: number; end: number }[]
}

/** The values of a file's only column. */
async function valuesOf(
  node: TestNode,
  rows: number,
  columns: readonly TestColumn[],
  options: ReadAs = {},
): Promise<readonly (PhysicalTree | null)[] | undefined> {
  const file = await openParquet(bufferAccess(levelFile([node], rows, columns), 'levels.parquet'))
  const schema = options.as ? struct(field(node.name, options.as)) : file.schema
  const { columns: read } = await file.readColumns({ schema, rowGroup: 0, rows: options.rows })
  return read.get(node.name)
}

async function typeOf(node: TestNode): Promise<DeltaType | undefined> {
  const file = await openParquet(bufferAccess(levelFile([node], 0, []), 'levels.parquet'))
  return file.schema.fields[0]?.type
}

describe('lists', () => {
  const levels = { definitions: [3, 2, 0, 1, 3], repetitions: [0, 1, 0, 0, 0], values: [1, 2] }
  const expected = [[1, null], null, [], [2]]

  test.each([
    ['list', 'element'],
    ['bag', 'array_element'],
    ['list', 'item'],
    ['anything', 'array'],
  ])('of three levels, %s and %s, tell null, empty and null elements apart', async (repeated, element) => {
    const list = group('l', [group(repeated, [leaf(element)], 'repeated')], 'optional', 'LIST')
    expect(await typeOf(list)).toEqual(array(integer))
    expect(await valuesOf(list, 4, [levels])).toEqual(expected)
  })

  test('of two levels have the repeated field as their element', async () => {
    const primitive = group('l', [leaf('array', 'repeated')], 'optional', 'LIST')
    const twoLevels = { definitions: [2, 2, 0, 1], repetitions: [0, 1, 0, 0], values: [1, 2] }
    expect(await typeOf(primitive)).toEqual(array(integer, false))
    expect(await valuesOf(primitive, 3, [twoLevels])).toEqual([[1, 2], null, []])
  })

  test.each(['array', 'l_tuple'])('of two levels whose element is the struct %s of one field', async (name) => {
    const list = group('l', [group(name, [leaf('x')], 'repeated')], 'optional', 'LIST')
    expect(await typeOf(list)).toEqual(array(struct(field('x', integer)), false))
    expect(await valuesOf(list, 4, [levels])).toEqual([[{ x: 1 }, { x: null }], null, [], [{ x: 2 }]])
  })

  test('of two levels whose element is a struct of several fields, whatever its name', async () => {
    const list = group('l', [group('list', [leaf('x'), leaf('y', 'required')], 'repeated')], 'optional', 'LIST')
    const y = { definitions: [2, 2, 0, 1, 2], repetitions: [0, 1, 0, 0, 0], values: [7, 8, 9] }
    expect(await valuesOf(list, 4, [levels, y])).toEqual([
      [
        { x: 1, y: 7 },
        { x: null, y: 8 },
      ],
      null,
      [],
      [{ x: 2, y: 9 }],
    ])
  })

  test('that are a repeated field without annotation are never null', async () => {
    const repeated = { definitions: [1, 1, 0, 1], repetitions: [0, 1, 0, 0], values: [1, 2, 3] }
    expect(await typeOf(leaf('a', 'repeated'))).toEqual(array(integer, false))
    expect(await valuesOf(leaf('a', 'repeated'), 3, [repeated])).toEqual([[1, 2], [], [3]])
    expect(await valuesOf(group('a', [leaf('x', 'required')], 'repeated'), 3, [repeated])).toEqual([
      [{ x: 1 }, { x: 2 }],
      [],
      [{ x: 3 }],
    ])
  })

  test('of lists tell null and empty apart on both levels', async () => {
    const inner = group('element', [group('list', [leaf('element')], 'repeated')], 'optional', 'LIST')
    const outer = group('l', [group('list', [inner], 'repeated')], 'optional', 'LIST')
    const nested = {
      definitions: [5, 4, 3, 2, 5, 0, 1],
      repetitions: [0, 2, 1, 1, 1, 0, 0],
      values: [1, 2],
    }
    expect(await valuesOf(outer, 3, [nested])).toEqual([[[1, null], [], null, [2]], null, []])
  })
})

describe('maps', () => {
  const key: TestNode = { name: 'k', repetition: 'required', annotation: 'UTF8' }
  const keys = { definitions: [2, 2, 0, 1], repetitions: [0, 1, 0, 0], values: ['a', 'b'] }
  const values = { definitions: [3, 2, 0, 1], repetitions: [0, 1, 0, 0], values: [1] }

  test.each([
    ['key_value', 'MAP'],
    ['map', 'MAP_KEY_VALUE'],
    ['entries', 'MAP'],
  ] as const)('whose entries are called %s, annotated as %s', async (name, annotation) => {
    const map = group('m', [group(name, [key, leaf('v')], 'repeated')], 'optional', annotation)
    expect(await valuesOf(map, 3, [keys, values])).toEqual([
      new Map([
        ['a', 1],
        ['b', null],
      ]),
      null,
      new Map(),
    ])
  })

  test('with a null key are damaged', async () => {
    const map = group('m', [group('key_value', [leaf('k'), leaf('v')], 'repeated')], 'optional', 'MAP')
    const nulls = { definitions: [2], repetitions: [0], values: [] }
    const error = await failureOf(() => valuesOf(map, 1, [nulls, nulls]))
    expect([error.code, error.message]).toEqual([
      'invalid-data',
      "levels.parquet cannot be read: column 'm.key_value.k' of row group 0: a map has a null key",
    ])
  })
})

describe('structs', () => {
  const both = group('s', [leaf('x'), leaf('y', 'required')])
  const columns = [
    { definitions: [2, 1, 0], values: [1] },
    { definitions: [1, 1, 0], values: [7, 8] },
  ]

  test('that are null are told from structs of nulls', async () => {
    expect(await valuesOf(both, 3, columns)).toEqual([{ x: 1, y: 7 }, { x: null, y: 8 }, null])
  })

  test('have the members wanted, null where the file lacks them, and none beside', async () => {
    const wanted = struct(field('later', array(integer)), field('y', { type: 'long' }))
    expect(await valuesOf(both, 3, columns, { as: wanted })).toEqual([
      { later: null, y: 7 },
      { later: null, y: 8 },
      null,
    ])
  })

  test('of which the file has no wanted member are still null or not', async () => {
    const wanted = struct(field('later', integer))
    expect(await valuesOf(both, 3, columns, { as: wanted })).toEqual([{ later: null }, { later: null }, null])
    const list = group('l', [group('list', [group('element', [leaf('x')])], 'repeated')], 'optional', 'LIST')
    const levels = { definitions: [4, 3, 2, 1, 0], repetitions: [0, 1, 1, 0, 0], values: [1] }
    expect(await valuesOf(list, 3, [levels], { as: array(wanted) })).toEqual([
      [{ later: null }, { later: null }, null],
      [],
      null,
    ])
  })

  test('may have a member called __proto__', async () => {
    const [value] = (await valuesOf(group('s', [leaf('__proto__')]), 1, [{ definitions: [2], values: [5] }])) ?? []
    expect(Object.entries(value ?? {})).toEqual([['__proto__', 5]])
  })

  test('are found by the ids of column mapping, at every level, and not by name', async () => {
    const stored: TestNode = { ...group('col-1', [{ ...leaf('col-2'), fieldId: 2 }]), fieldId: 1 }
    const file = await openParquet(bufferAccess(levelFile([stored], 1, [{ definitions: [2], values: [5] }]), 'x'))
    const withId = (id: number, name: string, type: DeltaType): StructField => {
      return { ...field(name, type), metadata: { 'delta.columnMapping.id': id } }
    }
    const schema = struct(
      withId(1, 's', struct(withId(2, 'x', integer), withId(9, 'y', integer))),
      field('col-1', integer),
    )
    const { columns: read } = await file.readColumns({ schema, rowGroup: 0, matchBy: 'id' })
    expect([...read]).toEqual([
      ['s', [{ x: 5, y: null }]],
      ['col-1', [null]],
    ])
    const leaves = await file.readLeaves({ schema, paths: [['s', 'x']], rowGroup: 0, matchBy: 'id' })
    expect(leaves).toEqual([[5]])
  })
})

describe('a wanted type', () => {
  const list = group('c', [group('list', [leaf('element')], 'repeated')], 'optional', 'LIST')
  const empty = { definitions: [], repetitions: [], values: [] }

  test.each<[string, TestNode, DeltaType, string]>([
    ['integer', list, integer, 'a list, which cannot be read as integer'],
    ['a struct', list, struct(field('list', integer)), 'a list, which cannot be read as struct<list:integer>'],
    ['an array', leaf('c'), array(integer), 'INT32, which cannot be read as array<integer>'],
    ['an array of arrays', list, array(array(integer)), 'INT32, which cannot be read as array<integer>'],
    [
      'a map',
      group('c', [leaf('x')]),
      { type: 'map', keyType: integer, valueType: integer, valueContainsNull: true },
      'a group',
    ],
    ['integer', leaf('c', 'repeated'), integer, 'repeated INT32'],
  ])('%s that the file has not stored is refused by name', async (_, node, wanted, message) => {
    const error = await failureOf(() => valuesOf(node, 0, [empty], { as: wanted }))
    expect([error.code, error.details.file]).toEqual(['unsupported', 'levels.parquet'])
    expect(error.details.column).toMatch(/^c/)
    expect(error.message).toContain(message)
  })

  test('a variant that is stored as anything but one is refused by name', async () => {
    const variant: DeltaType = { type: 'variant' }
    for (const [node, wanted] of [
      [leaf('c'), variant],
      [group('c', [leaf('metadata'), leaf('value')]), variant],
      [group('c', [group('list', [leaf('element')], 'repeated')], 'optional', 'LIST'), array(variant)],
    ] as const) {
      const error = await failureOf(() => valuesOf(node, 0, [empty, empty], { as: wanted }))
      expect(error.code).toBe('unsupported')
      expect(error.message).toContain('cannot be read as variant')
    }
  })
})

describe('leaves', () => {
  test('are null where a struct above is null, and lists come whole', async () => {
    const node = group('add', [
      leaf('size'),
      group('tags', [group('list', [leaf('element')], 'repeated')], 'optional', 'LIST'),
    ])
    const bytes = levelFile([node, leaf('version')], 3, [
      { definitions: [2, 1, 0], values: [10] },
      { definitions: [4, 4, 1, 0], repetitions: [0, 1, 0, 0], values: [1, 2] },
      { definitions: [1, 0, 1], values: [3, 4] },
    ])
    const file = await openParquet(bufferAccess(bytes, 'x'))
    const paths = [['version'], ['add', 'tags'], ['add', 'size'], ['add', 'later']]
    const schema = struct(
      field('add', struct(field('size', { type: 'long' }), field('tags', array(integer)), field('later', integer))),
      field('version', integer),
    )
    expect(await file.readLeaves({ schema, paths, rowGroup: 0 })).toEqual([
      [3, null, 4],
      [[1, 2], null, null],
      [10, null, null],
      [null, null, null],
    ])
    const some = await file.readLeaves({ schema, paths, rowGroup: 0, rows: [{ start: 1, end: 3 }] })
    expect(some).toEqual([
      [null, 4],
      [null, null],
      [null, null],
      [null, null],
    ])
    expect((await failureOf(() => file.readLeaves({ schema, paths: [['add', 'none']], rowGroup: 0 }))).code).toBe(
      'invalid-argument',
    )
  })
})

describe('rows of a nested column', () => {
  test('are cut out of their pages with all their elements', async () => {
    const list = group('l', [group('list', [leaf('element')], 'repeated')], 'optional', 'LIST')
    const levels = { definitions: [3, 2, 0, 1, 3, 3], repetitions: [0, 1, 0, 0, 0, 1], values: [1, 2, 3] }
    const all = [[1, null], null, [], [2, 3]]
    for (let start = 0; start <= 4; start++) {
      for (let end = start; end <= 4; end++) {
        const rows = [{ start, end }]
        expect(await valuesOf(list, 4, [levels], { rows })).toEqual(all.slice(start, end))
      }
    }
    const apart = [
      { start: 3, end: 4 },
      { start: 0, end: 1 },
    ]
    expect(await valuesOf(list, 4, [levels], { rows: apart })).toEqual([
      [1, null],
      [2, 3],
    ])
    const error = await failureOf(() => valuesOf(list, 4, [levels], { rows: [{ start: 0, end: 5 }] }))
    expect(error.code).toBe('invalid-argument')
  })
})

describe('levels that lie', () => {
  const list = group('l', [group('list', [leaf('element')], 'repeated')], 'optional', 'LIST')

  test.each<[string, TestNode, number, TestColumn[]]>([
    ['claim more rows than the row group has', leaf('c'), 1, [{ definitions: [1, 1], values: [1, 2] }]],
    ['claim fewer rows', leaf('c'), 3, [{ definitions: [1, 1], values: [1, 2] }]],
    ['begin in the middle of a list', list, 1, [{ definitions: [3], repetitions: [1], values: [1] }]],
    ['go on in a list that is empty', list, 1, [{ definitions: [1, 3], repetitions: [0, 1], values: [1] }]],
    ['add a null list to a list', list, 1, [{ definitions: [3, 0], repetitions: [0, 1], values: [1] }]],
    ['promise values that are not there', leaf('c'), 2, [{ definitions: [1, 1], values: [1] }]],
    ['are fewer than claimed', leaf('c'), 9, [{ definitions: [1], values: [1], claimed: 9 }]],
    ['are millions', leaf('c'), 2 ** 31 - 1, [{ definitions: [1], values: [1], claimed: 2 ** 31 - 1 }]],
    ['are deeper than their column', group('s', [leaf('c')]), 1, [{ definitions: [3], values: [1] }]],
    [
      'differ between the members of a struct',
      group('s', [leaf('x'), leaf('y')]),
      2,
      [
        { definitions: [2, 2], values: [1, 2] },
        { definitions: [2, 0], values: [1] },
      ],
    ],
    [
      'differ between the keys and values of a map',
      group('m', [group('key_value', [leaf('k', 'required'), leaf('v')], 'repeated')], 'optional', 'MAP'),
      1,
      [
        { definitions: [2, 2], repetitions: [0, 1], values: [1, 2] },
        { definitions: [3], repetitions: [0], values: [1] },
      ],
    ],
  ])('%s: the file is damaged', async (_, node, rows, columns) => {
    expect((await failureOf(() => valuesOf(node, rows, columns))).code).toBe('invalid-data')
  })
})
