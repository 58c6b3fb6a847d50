import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadSnapshot, type Snapshot } from '../../src/log/index.ts'
import { localStore } from '../../src/store/local.ts'
import { paths } from './table.ts'

/** Tables that Spark wrote; a folder `delta` in each. */
const GOLDEN = '../shared/golden'

interface State {
  readonly version: number
  readonly files: number
  readonly partitionColumns?: readonly string[]
  readonly check?: (snapshot: Snapshot) => void
}

interface Refusal {
  readonly code: 'unsupported' | 'invalid-data' | 'not-found'
  readonly names: RegExp
}

/** Versions and file counts agree with delta-rs, except for the canonicalized paths, where its count is wrong. */
const EXPECTED: Readonly<Record<string, State | Refusal>> = {
  '124-decimal-decode-bug': { version: 0, files: 2 },
  'basic-decimal-table': { version: 0, files: 4, partitionColumns: ['part'] },
  'basic-with-inserts-deletes-checkpoint': { version: 13, files: 7 },
  'basic-with-inserts-merge': { version: 1, files: 1 },
  'canonicalized-paths-normal-a': { version: 1, files: 0 },
  'canonicalized-paths-special-a': { version: 1, files: 0 },
  checkpoint: { version: 14, files: 1 },
  'corrupted-last-checkpoint-kernel': { version: 11, files: 2 },
  'data-reader-array-primitives': { version: 0, files: 2 },
  'data-reader-date-types-Pst': { version: 0, files: 2 },
  'data-reader-date-types-utc': { version: 0, files: 2 },
  'data-reader-escaped-chars': { version: 2, files: 3, partitionColumns: ['_2'] },
  'data-reader-map': { version: 0, files: 2 },
  'data-reader-nested-struct': { version: 0, files: 2 },
  'data-reader-partition-values': {
    version: 0,
    files: 3,
    partitionColumns:
      'as_int as_long as_byte as_short as_boolean as_float as_double as_string as_string_lit_null as_date as_timestamp as_big_decimal'.split(
        ' ',
      ),
  },
  'data-reader-primitives': { version: 0, files: 2 },
  'data-reader-timestamp_ntz': {
    version: 1,
    files: 4,
    partitionColumns: ['tsNtzPartition'],
    check: ({ protocol }) => expect(protocol.readerFeatures).toEqual(['timestampNtz']),
  },
  'data-reader-timestamp_ntz-name-mode': { version: 1, files: 4, partitionColumns: ['tsNtzPartition'] },
  'data-skipping-basic-stats-all-types': { version: 0, files: 1 },
  'data-skipping-basic-stats-all-types-columnmapping-name': { version: 0, files: 1 },
  'delete-re-add-same-file-different-transactions': {
    version: 3,
    files: 2,
    check(snapshot) {
      expect(paths(snapshot)).toEqual(['bar', 'foo'])
      const foo = Array.from(snapshot.files()).find((file) => file.path === 'foo')
      expect(foo?.modificationTime).toBe(1_700_000_000_000)
    },
  },
  'deltalog-getChanges': {
    version: 2,
    files: 0,
    check: (snapshot) => expect(snapshot.txnVersion('fakeAppId')).toBe(3),
  },
  'deltalog-invalid-protocol-version': { code: 'unsupported', names: /reader version 99/ },
  // Its checkpoint lacks the protocol; its first commit, which we read instead, lacks the schema.
  'deltalog-state-reconstruction-from-checkpoint-missing-protocol': { code: 'invalid-data', names: /schemaString/ },
  'deltalog-state-reconstruction-without-metadata': { code: 'invalid-data', names: /no metaData/ },
  'dv-with-columnmapping': { version: 15, files: 15, partitionColumns: ['part'] },
  'kernel-timestamp-int96': { version: 0, files: 5, partitionColumns: ['part'] },
  'kernel-timestamp-timestamp_micros': { version: 0, files: 5, partitionColumns: ['part'] },
  'log-replay-latest-metadata-protocol': {
    version: 2,
    files: 4,
    check({ protocol, schema }) {
      expect(protocol).toMatchObject({ minReaderVersion: 3, minWriterVersion: 7 })
      expect(schema.fields.map((field) => field.name)).toEqual(['col1', 'col2'])
    },
  },
  'log-replay-special-characters-a': { version: 1, files: 0 },
  'multi-part-checkpoint': { version: 1, files: 10 },
  'no-delta-log-folder': { code: 'not-found', names: /is no Delta table/ },
  'parquet-all-types': { version: 0, files: 1 },
  'snapshot-data0': { version: 0, files: 2 },
  'snapshot-data2-deleted': { version: 4, files: 3 },
  'snapshot-repartitioned': { version: 5, files: 2 },
  'table-with-columnmapping-mode-name': { version: 0, files: 2 },
  'time-travel-partition-changes-a': { version: 0, files: 10, partitionColumns: ['part5'] },
  'time-travel-schema-changes-a': { version: 0, files: 2 },
  'time-travel-schema-changes-b': { version: 1, files: 4 },
  'v2-checkpoint-json': { version: 2, files: 4 },
  'versions-not-contiguous': { code: 'invalid-data', names: /version 1 is missing/ },
}

const present = existsSync(GOLDEN)
if (!present) console.warn(`GOLDEN TABLES ARE ABSENT: ${GOLDEN} is not there, so nothing written by Spark is read here`)
const tables = present ? readdirSync(GOLDEN, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : []

test('every golden table has an expectation', () => {
  const unexpected = tables.map((entry) => entry.name).filter((name) => !(name in EXPECTED))
  expect(unexpected).toEqual([])
})

describe.each(tables.map((entry) => entry.name))('the golden table %s', (name) => {
  const expected = EXPECTED[name]
  const load = () => loadSnapshot(localStore(`${GOLDEN}/${name}/delta`))

  if (expected && 'code' in expected) {
    test('is refused by name', async () => {
      const error = await load().catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: expected.code, message: expect.stringMatching(expected.names) })
    })
  } else {
    test('has its state', async () => {
      const snapshot = await load()
      expect(snapshot.version).toBe(expected?.version)
      expect(snapshot.numFiles).toBe(expected?.files)
      expect(snapshot.partitionColumns).toEqual(expected?.partitionColumns ?? [])
      expect(snapshot.sizeInBytes).toBe(Array.from(snapshot.files()).reduce((sum, file) => sum + file.size, 0))
      expected?.check?.(snapshot)
    })
  }
})
