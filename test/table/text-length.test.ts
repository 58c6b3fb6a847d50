import { describe, expect, test } from 'vitest'
import { field, rowsOf, tableWith } from './table-with.ts'

function limited(type: string) {
  return tableWith([field('id', 'long'), field('code', 'string', { __CHAR_VARCHAR_TYPE_STRING: type })])
}

describe.each(['varchar(2)', 'char(2)'])('a text of %s', (type) => {
  test('is written while it is short enough, counted in characters', async () => {
    const { table } = await limited(type)
    const rows = [
      { id: 1, code: 'ab' },
      { id: 2, code: '😀😀' },
      { id: 3, code: '' },
      { id: 4, code: null },
    ]
    await table.append(rows)
    await table.append({ id: [5], code: ['a'] })
    expect(await rowsOf(table)).toEqual([...rows, { id: 5, code: 'a' }])
  })

  test.each([
    [
      'an object',
      [
        { id: 1, code: 'ab' },
        { id: 2, code: 'abc' },
      ],
    ],
    ['columns', { id: [1, 2], code: ['ab', 'abc'] }],
  ])('is refused by row and column where it is longer, in %s', async (_, rows) => {
    const { table } = await limited(type)
    const refused = table.append(rows)
    await expect(refused).rejects.toThrow(`row 2, column "code" (${type}): expected at most 2 characters, found 3`)
    await expect(refused).rejects.toMatchObject({ code: 'invalid-argument', details: { row: 2, column: 'code' } })
    expect(table.version).toBe(0)
  })
})

test('a limit on texts inside a struct is refused by name, not ignored', async () => {
  const type = { type: 'struct', fields: [field('code', 'string')] }
  const metadata = { __CHAR_VARCHAR_TYPE_STRING: 'struct<code:varchar(2)>' }
  const schema = [field('id', 'long'), { ...field('inner', ''), type, metadata }]
  await expect(tableWith(schema)).rejects.toMatchObject({ code: 'unsupported', details: { column: 'inner' } })
})
