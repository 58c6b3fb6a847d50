import { crc32 as zlibCrc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DeltaError } from '../../../src/errors.ts'
import type { DeletionVector } from '../../../src/log/index.ts'
import { loadDeletionVector, type ReadVector } from '../../../src/scan/deletion-vector/load.ts'
import { formatRows } from './roaring.ts'

/** A file of deletion vectors, and where each lies. */
function vectorFile(...sets: number[][]): { bytes: Uint8Array<ArrayBuffer>; vectors: DeletionVector[] } {
  const bytes: number[] = [1]
  const vectors = sets.map((rows): DeletionVector => {
    const data = formatRows(rows)
    const offset = bytes.length
    bytes.push(...bigEndian(data.length), ...data, ...bigEndian(zlibCrc32(data)))
    const pathOrInlineDv = '^-aqEH.-t@S}K{vb[*k^'
    return { storageType: 'u', pathOrInlineDv, offset, sizeInBytes: data.length, cardinality: rows.length }
  })
  return { bytes: Uint8Array.from(bytes), vectors }
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]
}

const PATH = 'deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin'

function reading(bytes: Uint8Array<ArrayBuffer>, ranges: { start: number; end: number }[] = []): ReadVector {
  return async (path, range) => {
    expect(path).toBe(PATH)
    ranges.push(range)
    if (range.start > bytes.length) throw new DeltaError('invalid-argument', 'starts past its end')
    return bytes.slice(range.start, range.end)
  }
}

const none: ReadVector = () => Promise.reject(new Error('an inline vector is in the log'))

async function rowsOf(vector: DeletionVector, read: ReadVector): Promise<number[]> {
  const bitmap = await loadDeletionVector(vector, 'part-0.parquet', read)
  const marks = new Uint8Array(100)
  bitmap.mark(0, 100, marks, 0)
  return Array.from(marks.keys()).filter((row) => marks[row] === 1)
}

describe('a deletion vector', () => {
  test('is read from the log', async () => {
    const pathOrInlineDv = '^Bg9^0rr910000000000iXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L'
    const vector = { storageType: 'i', pathOrInlineDv, sizeInBytes: 44, cardinality: 6 } as const
    expect(await rowsOf(vector, none)).toEqual([3, 4, 7, 11, 18, 29])
  })

  test('is read from its place in a file, with one request', async () => {
    const { bytes, vectors } = vectorFile([1, 2], [5, 6, 7], [9])
    const ranges: { start: number; end: number }[] = []
    const rows = await Promise.all(vectors.map((vector) => rowsOf(vector, reading(bytes, ranges))))
    expect(rows).toEqual([[1, 2], [5, 6, 7], [9]])
    const [first, second, third] = vectors.map(({ offset = 0 }) => offset)
    expect(ranges).toEqual([
      { start: 0, end: second },
      { start: second, end: third },
      { start: third, end: bytes.length },
    ])
    expect(first).toBe(1)
  })

  const { bytes, vectors } = vectorFile([1, 2], [5])
  const [vector = { storageType: 'u', pathOrInlineDv: '', sizeInBytes: 0, cardinality: 0 }] = vectors
  const changed = (at: number): Uint8Array<ArrayBuffer> => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

  test.each<[string, DeletionVector, Uint8Array<ArrayBuffer>, string]>([
    ['has another version', vector, changed(0), 'its file has version 0 of the format, expected 1'],
    ['has another size', vector, changed(4), 'bytes for it, and the log says 36'],
    ['has a flipped bit', vector, changed(20), 'its bytes do not fit their checksum'],
    ['is cut off', vector, bytes.slice(0, 30), 'its file ends 15 bytes too early'],
    ['ends before it begins', { ...vector, offset: 1000 }, bytes, 'starts past its end'],
    ['is said to be at a place before the first', { ...vector, offset: 0 }, bytes, 'the log has it at byte 0'],
    ['is said to be huge', { ...vector, sizeInBytes: 2 ** 40 }, bytes, '1099511627776 bytes long'],
    ['marks other rows than the log says', { ...vector, cardinality: 3 }, bytes, 'it marks 2 rows, and the log says 3'],
    ['has a path that is none', { ...vector, pathOrInlineDv: 'x' }, bytes, 'Z85'],
    [
      'is no bitmap',
      { ...vector, storageType: 'i', pathOrInlineDv: '0000000000', sizeInBytes: 8 },
      bytes,
      'begins with 0',
    ],
  ])('that %s is invalid, and the data file is named', async (_, described, stored, problem) => {
    await expect(rowsOf(described, reading(stored))).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringMatching(/^the deletion vector of data file part-0\.parquet cannot be applied: /),
      details: { file: 'part-0.parquet' },
    })
    await expect(rowsOf(described, reading(stored))).rejects.toThrow(problem)
  })
})
