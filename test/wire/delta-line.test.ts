import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeltaLine, formatDeltaLine, parseDeltaLine } from '../../src/wire/index.ts'

const text = fc.string({ unit: 'grapheme' })
const count = fc.maxSafeNat()
const texts = fc.dictionary(text, text, { noNullPrototype: true })
const partitionValues = fc.dictionary(text, fc.option(text), { noNullPrototype: true })
const long = fc.oneof(
  count,
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }).map((wide) => wide),
)

const vector = fc.record(
  {
    storageType: fc.constantFrom('p' as const, 'i' as const),
    pathOrInlineDv: text,
    offset: count,
    sizeInBytes: count,
    cardinality: count,
  },
  { requiredKeys: ['storageType', 'pathOrInlineDv', 'sizeInBytes', 'cardinality'] },
)
const add = fc.record(
  {
    path: text,
    partitionValues,
    size: count,
    modificationTime: count,
    dataChange: fc.boolean(),
    stats: text,
    deletionVector: vector,
    baseRowId: long,
    defaultRowCommitVersion: count,
  },
  { requiredKeys: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange'] },
)
const remove = fc.record(
  { path: text, dataChange: fc.boolean(), deletionTimestamp: count, partitionValues, size: count },
  { requiredKeys: ['path', 'dataChange'] },
)
const cdc = fc.record({ path: text, partitionValues, size: count, dataChange: fc.constant(false as const) })
const files = fc.record(
  {
    id: text,
    deletionVectorFileId: text,
    version: count,
    timestamp: count,
    expirationTimestamp: count,
    deltaSingleAction: fc.oneof(
      add.map((add) => ({ add })),
      remove.map((remove) => ({ remove })),
      cdc.map((cdc) => ({ cdc })),
    ),
  },
  { requiredKeys: ['id', 'deltaSingleAction'] },
)
const metadata = fc.record(
  {
    deltaMetadata: fc.record({
      id: text,
      format: fc.record({ provider: text, options: texts }),
      schemaString: text,
      partitionColumns: fc.array(text),
      configuration: texts,
    }),
    version: count,
    size: count,
    numFiles: count,
    location: text,
    accessModes: fc.array(text),
  },
  { requiredKeys: ['deltaMetadata'] },
)
const protocol = fc.record(
  {
    deltaProtocol: fc.record({
      minReaderVersion: fc.constant(3),
      minWriterVersion: fc.constant(7),
      readerFeatures: fc.array(text),
      writerFeatures: fc.array(text),
    }),
    version: count,
  },
  { requiredKeys: ['deltaProtocol'] },
)
const lines: fc.Arbitrary<DeltaLine> = fc.oneof(
  files.map((file) => ({ file })),
  metadata.map((metaData) => ({ metaData })),
  protocol.map((protocol) => ({ protocol })),
  fc.record({ errorMessage: text }).map((endStreamAction) => ({ endStreamAction })),
)

describe('a line of an answer in the delta format', () => {
  test('reads back as it was written, and is one line', () => {
    fc.assert(
      fc.property(lines, (line) => {
        const written = formatDeltaLine(line)
        expect(written.indexOf('\n')).toBe(written.length - 1)
        expect(parseDeltaLine(written)).toEqual(line)
      }),
    )
  })

  test('may have what other servers write: unused actions as null, numbers as text, members that nobody knows', () => {
    const action = { path: 'u', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true }
    const file = { id: 'i', version: '3', more: 1, deltaSingleAction: { add: { ...action, x: 1 }, remove: null } }
    expect(parseDeltaLine(JSON.stringify({ file }))).toEqual({
      file: { id: 'i', version: 3, deltaSingleAction: { add: action } },
    })
  })

  const addOf = (member: string) =>
    `{"file":{"id":"i","deltaSingleAction":{"add":{"partitionValues":{},"size":1,"modificationTime":0,"dataChange":true,${member}}}}}`

  test.each([
    ['no JSON', '{"file":{"id":"https://secret'],
    ['an unknown kind', '{"add":{"path":"https://secret"}}'],
    ['a file without action', '{"file":{"id":"https://secret"}}'],
    [
      'a file with an action of another kind',
      '{"file":{"id":"i","deltaSingleAction":{"txn":{"appId":"secret","version":1}}}}',
    ],
    [
      'a file with two actions',
      `${addOf('"path":"secret"').slice(0, -3)},"cdc":{"path":"secret","partitionValues":{},"size":1,"dataChange":false}}}}`,
    ],
    ['a path of another type', addOf('"path":["https://secret"]')],
    [
      'a vector of another storage type',
      addOf(
        '"path":"u","deletionVector":{"storageType":"secret","pathOrInlineDv":"https://secret","sizeInBytes":1,"cardinality":1}',
      ),
    ],
    ['metadata without the action', '{"metaData":{"version":1,"secret":1}}'],
    ['a protocol of the other format', '{"protocol":{"minReaderVersion":1,"secret":1}}'],
  ])('of %s is refused without quoting it, for it may hold a presigned URL', (_, line) => {
    expect(() => parseDeltaLine(line)).toThrow(expect.objectContaining({ code: 'invalid-data' }))
    expect(() => parseDeltaLine(line)).not.toThrow(/secret/)
  })
})
