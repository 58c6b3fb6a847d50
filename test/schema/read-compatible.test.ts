import { expect, test } from 'vitest'
import { isDeltaError } from '../../src/errors.ts'
import { checkReadableAs, parseSchema } from '../../src/schema/index.ts'

type Column = readonly [name: string, type: unknown, more?: object]

function schema(...columns: readonly Column[]) {
  const fields = columns.map(([name, type, more]) => ({ name, type, nullable: true, metadata: {}, ...more }))
  return parseSchema(JSON.stringify({ type: 'struct', fields }))
}

const struct = (name: string, type: string) => ({
  type: 'struct',
  fields: [{ name, type, nullable: true, metadata: {} }],
})
const listOf = (elementType: unknown) => ({ type: 'array', elementType, containsNull: true })
const physical = (id: number) => ({
  metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${id}` },
})

test.each([
  ['a column is added', schema(['a', 'long']), schema(['a', 'long'], ['b', 'string'])],
  ['a column moves', schema(['a', 'long'], ['b', 'string']), schema(['b', 'string'], ['a', 'long'])],
  ['a column may be null from now on', schema(['a', 'long', { nullable: false }]), schema(['a', 'long'])],
  ['a type is widened', schema(['a', 'integer']), schema(['a', 'long'])],
  ['a type is widened in a list', schema(['a', listOf('byte')]), schema(['a', listOf('integer')])],
  ['a column is renamed by its mapping', schema(['a', 'long', physical(1)]), schema(['b', 'long', physical(1)])],
])('rows can be told in the later schema where %s', (_, earlier, later) => {
  expect(() => checkReadableAs(earlier, later)).not.toThrow()
})

test.each([
  ['column b was dropped', schema(['a', 'long'], ['b', 'string']), schema(['a', 'long'])],
  ['column a was changed from long to string', schema(['a', 'long']), schema(['a', 'string'])],
  ['column a was changed from long to integer', schema(['a', 'long']), schema(['a', 'integer'])],
  ['column a.x was dropped', schema(['a', struct('x', 'long')]), schema(['a', struct('y', 'long')])],
  [
    'column a.element.x was changed',
    schema(['a', listOf(struct('x', 'long'))]),
    schema(['a', listOf(struct('x', 'date'))]),
  ],
  ['column a became NOT NULL', schema(['a', 'long']), schema(['a', 'long', { nullable: false }])],
  ['column b was added as NOT NULL', schema(['a', 'long']), schema(['a', 'long'], ['b', 'long', { nullable: false }])],
])('they cannot where %s', (message, earlier, later) => {
  expect(() => checkReadableAs(earlier, later)).toThrow(message)
  expect(() => checkReadableAs(earlier, later)).toThrow(expect.toSatisfy((e) => isDeltaError(e, 'unsupported')))
})
