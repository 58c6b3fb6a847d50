import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatResponseLine, parseResponseLine, type ResponseLine } from '../../src/wire/index.ts'

const text = fc.string({ unit: 'grapheme' })
const count = fc.maxSafeNat()

const files = fc.record(
  {
    url: text,
    id: text,
    partitionValues: fc.dictionary(text, fc.option(text), { noNullPrototype: true }),
    size: count,
    stats: text,
    expirationTimestamp: count,
  },
  { requiredKeys: ['url', 'id', 'partitionValues', 'size'] },
)
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
  },
  { requiredKeys: ['id', 'format', 'schemaString', 'partitionColumns', 'configuration'] },
)
const lines: fc.Arbitrary<ResponseLine> = fc.oneof(
  files.map((file) => ({ file })),
  metadata.map((metaData) => ({ metaData })),
  fc.constant({ protocol: { minReaderVersion: 1 } }),
  fc.record({ nextPageToken: text, errorMessage: text }).map((endStreamAction) => ({ endStreamAction })),
)

describe('a line of an answer', () => {
  test('reads back as it was written, and is one line', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const written = formatResponseLine(line)
        expect(written.indexOf('\n')).toBe(written.length - 1)
        expect(parseResponseLine(written)).toEqual(line)
      }),
    )
  })

  test('may have its numbers as text and its absent members as null, as other servers write them', () => {
    const line = '{"file":{"url":"u","id":"i","partitionValues":{"a":null},"size":"12","stats":null,"more":1}}'
    expect(parseResponseLine(line)).toEqual({ file: { url: 'u', id: 'i', partitionValues: { a: null }, size: 12 } })
  })

  test.each([
    ['no JSON', '{"file":{"url":"https://secret'],
    ['no object', '["https://secret"]'],
    ['an unknown kind', '{"cdf":{"url":"https://secret"}}'],
    ['a file without size', '{"file":{"url":"https://secret","id":"i","partitionValues":{}}}'],
    ['a file whose size is a fraction', '{"file":{"url":"https://secret","id":"i","partitionValues":{},"size":1.5}}'],
    ['partition values that are none', '{"file":{"url":"https://secret","id":"i","partitionValues":[],"size":1}}'],
    ['metadata without schema', '{"metaData":{"id":"https://secret","format":{"provider":"parquet"}}}'],
  ])('of %s is refused without quoting it, for it may hold a presigned URL', (_, line) => {
    expect(() => parseResponseLine(line)).toThrow(expect.objectContaining({ code: 'invalid-data' }))
    expect(() => parseResponseLine(line)).not.toThrow(/secret/)
  })
})
