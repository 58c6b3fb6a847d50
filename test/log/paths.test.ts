import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  formatChecksumPath,
  formatClassicCheckpointPath,
  formatCommitPath,
  formatCompactedPath,
  formatMultiPartCheckpointPath,
  formatStagedCommitPath,
  formatV2CheckpointPath,
  LAST_CHECKPOINT_PATH,
  type LogFile,
  parseLogPath,
} from '../../src/log/index.ts'

const version = fc.maxSafeNat()
const uuid = fc.uuid()

function formatLogPath(file: LogFile): string {
  switch (file.kind) {
    case 'commit':
      return formatCommitPath(file.version)
    case 'staged-commit':
      return formatStagedCommitPath(file.version, file.uuid)
    case 'classic-checkpoint':
      return formatClassicCheckpointPath(file.version)
    case 'multi-part-checkpoint':
      return formatMultiPartCheckpointPath(file.version, file.part, file.parts)
    case 'v2-checkpoint':
      return formatV2CheckpointPath(file.version, file.uuid, file.format)
    case 'compacted':
      return formatCompactedPath(file.from, file.to)
    case 'checksum':
      return formatChecksumPath(file.version)
    case 'last-checkpoint':
      return LAST_CHECKPOINT_PATH
    case 'unknown':
      return '_delta_log/nothing'
  }
}

const logFile: fc.Arbitrary<LogFile> = fc.oneof(
  fc.record({ kind: fc.constant('commit' as const), version }),
  fc.record({ kind: fc.constant('staged-commit' as const), version, uuid }),
  fc.record({ kind: fc.constant('classic-checkpoint' as const), version }),
  fc
    .tuple(version, fc.integer({ min: 1, max: 9_999_999_999 }), fc.integer({ min: 0, max: 1000 }))
    .map(([version, part, more]) => ({ kind: 'multi-part-checkpoint' as const, version, part, parts: part + more }))
    .filter(({ parts }) => parts <= 9_999_999_999),
  fc.record({
    kind: fc.constant('v2-checkpoint' as const),
    version,
    uuid,
    format: fc.constantFrom('json' as const, 'parquet' as const),
  }),
  fc
    .tuple(version, version)
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({ kind: 'compacted' as const, from, to })),
  fc.record({ kind: fc.constant('checksum' as const), version }),
  fc.constant({ kind: 'last-checkpoint' as const }),
)

test('every log file name parses to what it was formatted from', () => {
  fc.assert(
    fc.property(logFile, (file) => {
      expect(parseLogPath(formatLogPath(file))).toEqual(file)
    }),
  )
})

test('the names are those that Spark gives', () => {
  expect(formatCommitPath(7)).toBe('_delta_log/00000000000000000007.json')
  expect(formatMultiPartCheckpointPath(1, 1, 2)).toBe(
    '_delta_log/00000000000000000001.checkpoint.0000000001.0000000002.parquet',
  )
  expect(formatCompactedPath(4, 6)).toBe('_delta_log/00000000000000000004.00000000000000000006.compacted.json')
})

test('names of later versions sort after those of earlier ones', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(a - b)).toBe(
        formatCommitPath(a) < formatCommitPath(b) ? -1 : Number(formatCommitPath(a) > formatCommitPath(b)),
      )
    }),
  )
})

test.each([
  '_delta_log/00000000000000000001.json.tmp',
  '_delta_log/.00000000000000000001.json.crc',
  '_delta_log/1.json',
  '_delta_log/000000000000000000001.json',
  '_delta_log/00000000000000000001.JSON',
  '_delta_log/sub/00000000000000000001.json',
  '_delta_log/99999999999999999999.json',
  '_delta_log/00000000000000000001.checkpoint.0000000003.0000000002.parquet',
  '_delta_log/00000000000000000001.checkpoint.0000000000.0000000002.parquet',
  '_delta_log/00000000000000000005.00000000000000000005.compacted.json',
  '_delta_log/00000000000000000001.checkpoint.not-a-uuid.json',
  '_delta_log/_sidecars/00000000000000000001.json',
  'table/_delta_log/00000000000000000001.json',
  '00000000000000000001.json',
])('%s is none of the log’s files', (key) => {
  expect(parseLogPath(key)).toEqual({ kind: 'unknown' })
})
