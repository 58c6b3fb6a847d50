import * as arrow from 'apache-arrow'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parquetEncoder } from '../../../src/parquet/index.ts'
import { type ColumnBatch, columnsFromArrow, type FileStats } from '../../../src/schema/index.ts'
import { physicalValues, schemaOf } from '../arbitraries.ts'
import { concatenate } from '../encode.ts'

const schema = schemaOf({ c: 'string' })
const OPTIONS = { pageBytes: 2000, rowGroupBytes: 20_000 }

type Texts = readonly (string | null)[]

/** One file of batches, the values of its column, and its statistics. */
async function written(batches: readonly ColumnBatch[]): Promise<{ bytes: Uint8Array; stats: FileStats }> {
  const encoder = parquetEncoder(schema, OPTIONS)
  for (const batch of batches) encoder.writeColumns(batch)
  const stats = encoder.finish()
  return { bytes: concatenate(encoder.takeBytes()), stats }
}

function asStrings(texts: Texts): ColumnBatch {
  return { length: texts.length, columns: new Map([['c', texts]]) }
}

function asArrow(texts: Texts, type: arrow.DataType = new arrow.Utf8()): ColumnBatch {
  return batchOf(arrow.vectorFromArray(texts, type))
}

function batchOf(vector: arrow.Vector): ColumnBatch {
  const [batch] = columnsFromArrow(new arrow.Table({ c: vector }))
  if (batch === undefined) throw new Error('no batch')
  return batch
}

const someTexts = fc.array(fc.option(physicalValues({ type: 'string' }).map(String)), { minLength: 1, maxLength: 60 })
/** Each text several times, so that a dictionary pays, or once. */
const columns = fc
  .tuple(someTexts, fc.constantFrom(1, 40))
  .map(([texts, times]) => Array.from({ length: times }, () => texts).flat())

test('texts of Arrow make the file, and the statistics, that the same texts make as strings', async () => {
  const types = fc.constantFrom(new arrow.Utf8(), new arrow.LargeUtf8())
  await fc.assert(
    fc.asyncProperty(columns, types, async (texts, type) => {
      expect(await written([asArrow(texts, type)])).toEqual(await written([asStrings(texts)]))
    }),
    { numRuns: 60 },
  )
})

test('a column may come as strings and from Arrow by turns', async () => {
  const batches = fc.array(fc.tuple(columns, fc.boolean()), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(batches, async (parts) => {
      const mixed = parts.map(([texts, fromArrow]) => (fromArrow ? asArrow(texts) : asStrings(texts)))
      expect(await written(mixed)).toEqual(await written(parts.map(([texts]) => asStrings(texts))))
    }),
    { numRuns: 40 },
  )
})

test('a part of a column of Arrow begins where it says', async () => {
  const vector = arrow.vectorFromArray(['a', null, 'ä', 'bc', null], new arrow.Utf8()).slice(1, 4)
  expect(await written([batchOf(vector)])).toEqual(await written([asStrings([null, 'ä', 'bc'])]))
})

test('more texts than the first table of a dictionary holds are told apart', async () => {
  const texts = Array.from({ length: 6000 }, (_, i) => `brand ${i % 1500}`)
  expect(await written([asArrow(texts)])).toEqual(await written([asStrings(texts)]))
})

function utf8Vector(data: Uint8Array, ...valueOffsets: number[]): arrow.Vector {
  return arrow.makeVector(arrow.makeData({ type: new arrow.Utf8(), data, valueOffsets: Int32Array.from(valueOffsets) }))
}

test.each<[string, arrow.Vector, Texts]>([
  ['a byte that begins nothing', utf8Vector(Uint8Array.of(97, 0xff, 98), 0, 2, 3), ['a\ufffd', 'b']],
  ['a character that two texts share', utf8Vector(Uint8Array.of(97, 0xc3, 0xa4, 98), 0, 2, 4), ['a\ufffd', '\ufffdb']],
  ['an end beyond the bytes', utf8Vector(Uint8Array.of(97, 98), 0, 1, 9), ['a', 'b']],
  ['an end before the beginning', utf8Vector(Uint8Array.of(97, 98), 0, 2, 1, 2), ['ab', '', 'b']],
])('no text that is not UTF-8 gets into a file: %s', async (_, vector, expected) => {
  expect(await written([batchOf(vector)])).toEqual(await written([asStrings(expected)]))
})
