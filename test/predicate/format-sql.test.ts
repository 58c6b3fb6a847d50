import { describe, expect, test } from 'vitest'
import { formatSql, parseFilter } from '../../src/predicate/index.ts'
import { parseSchema } from '../../src/schema/index.ts'

const field = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} })
const schema = parseSchema(
  JSON.stringify({
    type: 'struct',
    fields: [
      field('id', 'long'),
      field('name', 'string'),
      field('price', 'decimal(5,2)'),
      field('day', 'date'),
      field('bytes', 'binary'),
      field('a b', { type: 'struct', fields: [field('c', 'boolean')] }),
    ],
  }),
)

describe('a filter as a person reads it', () => {
  test.each([
    [{}, 'true'],
    [{ or: [] }, 'false'],
    [{ id: { gte: 1, lt: 9 } }, '((id >= 1) AND (id < 9))'],
    [{ or: [{ name: "d'Arc" }, { name: null }] }, "((name = 'd''Arc') OR (name IS NULL))"],
    [{ not: { price: { in: ['1.5', '2'] } } }, '(NOT (price IN (1.50, 2.00)))'],
    [{ day: { ne: '2026-01-02' } }, "(day <> '2026-01-02')"],
    [{ name: { startsWith: 'a' } }, "startswith(name, 'a')"],
    [{ bytes: { gt: 'AP8=' } }, "(bytes > X'00FF')"],
    [{ 'a b.c': { lte: true } }, '(`a b`.c <= true)'],
  ])('%j', (filter, text) => {
    expect(formatSql(parseFilter(filter, schema))).toBe(text)
  })

  test('without values it tells of columns only', () => {
    const predicate = parseFilter(
      { or: [{ name: 'secret' }, { id: { in: [1, 2] } }, { name: { startsWith: 's' } }] },
      schema,
    )
    expect(formatSql(predicate, { withoutValues: true })).toBe('((name = ?) OR (id IN (?, ?)) OR startswith(name, ?))')
  })
})
