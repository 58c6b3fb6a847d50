import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatParquetLine, type ParquetLine, parseParquetLine } from '../../src/wire/index.ts'

const text = fc.string({ unit: 'grapheme' })
const count = fc.maxSafeNat()

const files = fc.record(
  {
    url: text,
    id: text,
    partitionValues: fc.dictionary(text, fc.option(text), { noNullPrototype: true }),
    size: count,
    stats: text,
    version: count,
    timestamp: count,
    expirationTimestamp: count,
  },
  { requiredKeys: ['url', 'id', 'partitionValues', 'size'] },
)
const changes = fc
  .record({ file: files, version: count, timestamp: count })
  .map(({ file, ...at }) => ({ ...file, ...at }))
const metadata = fc.record(
  {
    id: text,
    name: text,
    description: text,
    format: fc.constant({ provider: 'parquet' }),
    schemaString: text,
    partitionColumns: fc.array(text),
    configuration: fc.dictionary(text, text, { noNullPrototype: true }),
    size: count,
    numFiles: count,
    version: count,
    location: text,
    auxiliaryLocations: fc.array(text),
    accessModes: fc.array(text),
  },
  { requiredKeys: ['id', 'format', 'schemaString', 'partitionColumns', 'configuration'] },
)
const lines: fc.Arbitrary<ParquetLine> = fc.oneof(
  files.map((file) => ({ file })),
  changes.map((add) => ({ add })),
  changes.map((cdf) => ({ cdf })),
  changes.map((remove) => ({ remove })),
  metadata.map((metaData) => ({ metaData })),
  fc.constant({ protocol: { minReaderVersion: 1 } }),
  fc
    .record(
      {
        refreshToken: fc.string({ minLength: 1 }),
        nextPageToken: fc.string({ minLength: 1 }),
        minUrlExpirationTimestamp: count,
        errorMessage: text,
        httpStatusErrorCode: count,
      },
      { requiredKeys: [] },
    )
    .map((endStreamAction) => ({ endStreamAction })),
)

describe('a line of an answer in the parquet format', () => {
  test('reads back as it was written, and is one line', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const written = formatParquetLine(line)
        expect(written.indexOf('\n')).toBe(written.length - 1)
        expect(parseParquetLine(written)).toEqual(line)
      }),
    )
  })

  test('may have its numbers as text and its absent members as null, as other servers write them', () => {
    const line = '{"file":{"url":"u","id":"i","partitionValues":{"a":null},"size":"12","stats":null,"more":1}}'
    expect(parseParquetLine(line)).toEqual({ file: { url: 'u', id: 'i', partitionValues: { a: null }, size: 12 } })
  })

  test.each([
    ['no JSON', '{"file":{"url":"https://secret'],
    ['no object', '["https://secret"]'],
    ['an unknown kind', '{"txn":{"url":"https://secret"}}'],
    ['a change without version', '{"cdf":{"url":"https://secret","id":"i","partitionValues":{},"size":1}}'],
    ['a file without size', '{"file":{"url":"https://secret","id":"i","partitionValues":{}}}'],
    ['a file whose size is a fraction', '{"file":{"url":"https://secret","id":"i","partitionValues":{},"size":1.5}}'],
    ['partition values that are none', '{"file":{"url":"https://secret","id":"i","partitionValues":[],"size":1}}'],
    ['metadata without schema', '{"metaData":{"id":"https://secret","format":{"provider":"parquet"}}}'],
  ])('of %s is refused without quoting it, for it may hold a presigned URL', (_, line) => {
    expect(() => parseParquetLine(line)).toThrow(expect.objectContaining({ code: 'invalid-data' }))
    expect(() => parseParquetLine(line)).not.toThrow(/secret/)
  })
})
