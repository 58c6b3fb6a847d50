import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocks, exampleDirectory, printedBy } from '../examples.ts'

let home: ReturnType<typeof exampleDirectory>
beforeAll(() => {
  home = exampleDirectory()
})
afterAll(() => home.leave())

test('the examples of docs/maintenance.md work, one after the other', async () => {
  const [optimizing, erasing, ...more] = blocks('docs/maintenance.md', 'ts')
  expect(more).toEqual([])
  expect(await printedBy(home.path, 'optimizing', optimizing)).toEqual([[2, 1]])
  expect(await printedBy(home.path, 'erasing', erasing)).toEqual([[[]]])
})

test('the server of docs/browse.md starts', async () => {
  const [serving, ...more] = blocks('docs/browse.md', 'ts')
  expect(more).toEqual([])
  expect(await printedBy(home.path, 'serving', serving?.replace('8080', '0'))).toEqual([])
})
