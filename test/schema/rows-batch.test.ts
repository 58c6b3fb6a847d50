import { expect, test } from 'vitest'
import { BATCH_ROWS, piecesOf, type RowsBatch } from '../../src/schema/rows-batch.ts'

test('a typed array stays one in the pieces of a batch, and is not copied', () => {
  const numbers = Float64Array.from({ length: BATCH_ROWS + 2 }, (_, i) => i)
  const batch: RowsBatch = {
    kind: 'columns',
    batch: { length: numbers.length, columns: new Map<string, ArrayLike<unknown>>([['n', numbers]]) },
  }
  const columns = [...piecesOf(batch)].map((piece) => piece.kind === 'columns' && piece.batch.columns.get('n'))
  expect(columns).toEqual([numbers.subarray(0, BATCH_ROWS), numbers.subarray(BATCH_ROWS)])
  expect(columns[1]).toMatchObject({ buffer: numbers.buffer })
})
