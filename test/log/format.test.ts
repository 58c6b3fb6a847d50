import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Action, formatAdd, formatCommit, parseAdd, parseCommit } from '../../src/log/index.ts'
import { add, METADATA, PROTOCOL, remove } from './table.ts'

const text = fc.string({ unit: 'grapheme' })
const texts = fc.dictionary(text, text, { noNullPrototype: true })
const long = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 53n) }),
)
const count = fc.maxSafeNat()

const fileFields = {
  path: text,
  partitionValues: fc.dictionary(text, fc.option(text), { noNullPrototype: true }),
  size: count,
  dataChange: fc.boolean(),
  stats: text,
  tags: texts,
  baseRowId: long,
  defaultRowCommitVersion: count,
  deletionVector: fc.record(
    {
      storageType: fc.constantFrom('u' as const, 'i' as const, 'p' as const),
      pathOrInlineDv: text,
      offset: count,
      sizeInBytes: count,
      cardinality: count,
    },
    { requiredKeys: ['storageType', 'pathOrInlineDv', 'sizeInBytes', 'cardinality'] },
  ),
}

const action: fc.Arbitrary<Action> = fc.oneof(
  fc
    .record(
      { ...fileFields, modificationTime: count, clusteringProvider: text },
      { requiredKeys: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange'] },
    )
    .map((add) => ({ add })),
  fc
    .record(
      { ...fileFields, deletionTimestamp: count, extendedFileMetadata: fc.boolean() },
      { requiredKeys: ['path', 'dataChange'] },
    )
    .map((remove) => ({ remove })),
  fc
    .record({ appId: text, version: long, lastUpdated: count }, { requiredKeys: ['appId', 'version'] })
    .map((txn) => ({ txn })),
  fc.record({ domain: text, configuration: text, removed: fc.boolean() }).map((domainMetadata) => ({ domainMetadata })),
  fc
    .record(
      { ...metadataFields(), configuration: texts, name: text, createdTime: count },
      { requiredKeys: ['id', 'schemaString', 'format', 'partitionColumns', 'configuration'] },
    )
    .map((metaData) => ({ metaData })),
)

function metadataFields() {
  return {
    id: text,
    schemaString: text,
    format: fc.record({ provider: text, options: texts }),
    partitionColumns: fc.array(text),
  }
}

/** What a round trip keeps: the actions of each kind, in their order. */
function byKind(actions: readonly Action[]): Action[] {
  const kind = (action: Action): string => Object.keys(action).join()
  return [...actions].sort((a, b) => (kind(a) < kind(b) ? -1 : Number(kind(a) > kind(b))))
}

test('every commit parses to the actions that it was formatted from, 64-bit integers included', () => {
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      expect(byKind(parseCommit(formatCommit(actions), 'commit'))).toEqual(byKind(actions))
    }),
  )
})

test('a staged add travels as text without a loss', () => {
  const file = {
    path: 'a%20b',
    partitionValues: { p: null },
    size: 1,
    modificationTime: 2,
    dataChange: true,
    baseRowId: 2n ** 60n,
  }
  expect(parseAdd(formatAdd(file))).toEqual(file)
  expect(() => parseAdd('[]')).toThrow(/JSON object/)
  expect(() => parseAdd('{"path":"a"}')).toThrow(/add.partitionValues is missing/)
})

test('commitInfo comes first, and removes come before adds', () => {
  const actions: Action[] = [
    add('new'),
    { cdc: { path: 'c', partitionValues: {}, size: 1, dataChange: false } },
    remove('old'),
    { domainMetadata: { domain: 'd', configuration: '{}', removed: false } },
    { txn: { appId: 'a', version: 1 } },
    { metaData: METADATA },
    { protocol: PROTOCOL },
    { commitInfo: { operation: 'WRITE' } },
    add('newer'),
  ]
  const kinds = formatCommit(actions)
    .split('\n')
    .map((line) => /^{"(\w+)"/.exec(line)?.[1])
  expect(kinds).toEqual([
    'commitInfo',
    'protocol',
    'metaData',
    'txn',
    'domainMetadata',
    'remove',
    'add',
    'add',
    'cdc',
    undefined,
  ])
})

test('null partition values are written out and absent fields are not', () => {
  expect(formatCommit([add('a', { partitionValues: { p: null } })])).toBe(
    '{"add":{"path":"a","partitionValues":{"p":null},"size":10,"modificationTime":1,"dataChange":true}}\n',
  )
})
