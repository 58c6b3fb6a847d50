import { expect, test } from 'vitest'
import { batchesOf, lengthOf } from '../../src/schema/index.ts'
import { collect } from '../collect.ts'

const MEBI = 2 ** 20

async function* rowsOf(count: number, text: string): AsyncGenerator<Record<string, unknown>> {
  for (let id = 0; id < count; id++) yield { id, text, none: null }
}

test.each([
  ['of short texts by their number', 10_000, 'short', [4096, 4096, 1808]],
  ['of long texts by the length of these, so that few are in memory', 10, 'x'.repeat(3 * MEBI), [3, 3, 3, 1]],
  ['of texts as long as a batch one by one', 3, 'x'.repeat(8 * MEBI), [1, 1, 1]],
])('rows %s are gathered into batches', async (_, count, text, lengths) => {
  expect((await collect(batchesOf(rowsOf(count, text)))).map(lengthOf)).toEqual(lengths)
})
