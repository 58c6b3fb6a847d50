import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocks, exampleDirectory, printedBy } from '../examples.ts'

/*
 * The examples of docs/parquet.md in the order in which they stand, in one directory, as a reader would try them: some read
 * what earlier ones wrote.
 */
let home: ReturnType<typeof exampleDirectory>
beforeAll(() => {
  home = exampleDirectory()
})
afterAll(() => home.leave())

/** What each example prints. */
const printed: readonly (readonly [name: string, lines: unknown[][]])[] = [
  ['first', [[{ id: 1, name: 'Lampe' }]]],
  ['columns and Arrow', [[true]]],
  ['into a file', []],
  ['to a store', []],
  ['with a schema', [[{ order: 9007199254740993n, total: '19.90', tags: ['new'] }]]],
  ['laid out', [[10_000, true]]],
  ['from a file', [[{ celsius: 20 + Math.sin(1) }], [1000, 'second: Int64,celsius: Float64']]],
  ['from a store', [[{ id: 1, name: 'Lampe' }]]],
  ['refused', [[expect.stringMatching(/^row 2, column 'count'.*200/), 2]]],
]
const examples = blocks('docs/parquet.md', 'ts')

test('every example is tried here', () => {
  expect(examples).toHaveLength(printed.length)
  expect(blocks('docs/parquet.md', 'sh')).toEqual(['npm install deltaquill\n'])
})

test.each(printed.map(([name, lines], index) => ({ name, lines, index })))('$name', async ({ lines, index }) => {
  expect(await printedBy(home.path, `example-${index}`, examples[index])).toEqual(lines)
})
