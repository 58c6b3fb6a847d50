import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineBlock } from '../../src/log/line-block.ts'
import { actionsIn } from '../../src/log/parse.ts'
import { EMPTY_STATE, fileKey, Replay, replay } from '../../src/log/replay.ts'
import { add, remove } from './table.ts'

const bytesOf = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(lines.join('\n'))

const mostly = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: usual, weight: 30 }, { arbitrary: rare, weight: 1 })
const text = mostly(fc.string({ unit: 'grapheme-ascii' }), fc.string({ unit: 'binary' }))
const whole = mostly(fc.nat(), fc.oneof(fc.maxSafeInteger(), fc.constantFrom(-0, 1e21, 0.5)))
const path = mostly(
  fc.constantFrom('day=1/part-0.parquet', 'a', 'a b'),
  fc.oneof(text, fc.constantFrom('a%20b', '/a', 's3://b/a')),
)
const usual = fc.record(
  {
    path,
    partitionValues: fc.dictionary(text, fc.option(text), { maxKeys: 2 }),
    size: whole,
    modificationTime: whole,
    dataChange: fc.boolean(),
    stats: text,
    tags: fc.dictionary(text, text, { maxKeys: 2 }),
    baseRowId: whole,
    defaultRowCommitVersion: whole,
    clusteringProvider: text,
  },
  { requiredKeys: ['path', 'partitionValues', 'size', 'modificationTime', 'dataChange'] },
)

test('an add line is held only if careful parsing makes of it what the block gives', () => {
  let held = 0
  fc.assert(
    fc.property(usual, fc.nat(4000), fc.integer({ min: 0x20, max: 0x7e }), (fields, at, byte) => {
      const line = bytesOf(JSON.stringify({ add: fields }))
      for (const damaged of [false, true]) {
        if (damaged) line[at % line.length] = byte
        const { adds, others } = LineBlock.of(line)
        expect(adds.length + others.length).toBe(1)
        if (adds.length === 0) continue
        held++
        const [action] = actionsIn(line, 'a.json')
        const file = adds.file(0)
        expect({ add: file }).toEqual(action)
        expect(adds.key(0)).toBe(fileKey(file))
        expect(adds.size(0)).toBe(file.size)
      }
    }),
    { numRuns: 1000 },
  )
  expect(held).toBeGreaterThan(100)
})

test.each([
  ['no JSON', '{"add":{"path":"a","partitionValues":{},"size":01,"modificationTime":1,"dataChange":true}}'],
  [
    'a field twice',
    '{"add":{"path":"a","path":"b","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}',
  ],
  ['a missing field', '{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1}}'],
  [
    'an inexact size',
    '{"add":{"path":"a","partitionValues":{},"size":9007199254740993,"modificationTime":1,"dataChange":true}}',
  ],
  [
    'a second action',
    '{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true},"txn":null}',
  ],
  ['more behind it', '{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}} '],
  ['an encoded path', '{"add":{"path":"a%20b","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}'],
])('a line with %s is left to careful parsing', (_, line) => {
  expect(LineBlock.of(bytesOf(line)).adds.length).toBe(0)
})

test('lines of other kinds come in their order, with the numbers that they have in the file', () => {
  const line = (path: string) => JSON.stringify(add(path))
  const { adds, others } = LineBlock.of(bytesOf('{}', '', line('a'), line('b'), '{"txn":1}', line('c'), '{}'))
  expect(Array.from({ length: adds.length }, (_, row) => adds.key(row))).toEqual(['a', 'b', 'c'])
  expect(others.map(({ bytes, before }) => [new TextDecoder().decode(bytes), before])).toEqual([
    ['{}\n\n', 0],
    ['{"txn":1}\n', 4],
    ['{}', 6],
  ])
})

const commitPath = fc.integer({ min: 0, max: 30 }).map((number) => `day=${number % 3}/part-${number}`)
/** No commit may add a file twice (PROTOCOL.md "Add File and Remove File"). */
const actions = fc.uniqueArray(
  fc.oneof(
    commitPath.map((path) => add(path)),
    commitPath.map((path) => add(path, { stats: '{"numRecords":1,"é":"ü"}' })),
    commitPath.map((path) => remove(path)),
  ),
  {
    minLength: 1,
    maxLength: 6,
    selector: (action) => ('add' in action ? `add ${action.add.path}` : `remove ${action.remove.path}`),
  },
)

test('a commit that is held as bytes adds up to what its actions do', () => {
  fc.assert(
    fc.property(fc.array(actions, { maxLength: 8 }), (commits) => {
      const held = new Replay(EMPTY_STATE)
      for (const commit of commits) {
        // Blank lines make a small commit large enough to be held.
        const body = `${commit.map((action) => JSON.stringify(action)).join('\n')}\n${' \n'.repeat(40_000)}`
        held.commitFile(new TextEncoder().encode(body), 'a.json')
      }
      const [state, expected] = [held.done(), replay(EMPTY_STATE, commits)]
      const byPath = (files: Iterable<{ path: string }>) => [...files].sort((a, b) => (a.path < b.path ? -1 : 1))
      expect(byPath(state.files.values())).toEqual(byPath(expected.files.values()))
      expect(byPath(state.tombstones.values())).toEqual(byPath(expected.tombstones.values()))
      expect(state.files.bytes).toBe(expected.files.bytes)
      for (const file of expected.files.values()) expect(state.files.get(file.path)).toEqual(file)
    }),
    { numRuns: 30 },
  )
})

test('a damaged line of a large commit is named by its number', () => {
  const lines = Array.from({ length: 1000 }, (_, number) => JSON.stringify(add(`part-${number}`)))
  const body = bytesOf(...lines.slice(0, 500), '{"add":{"path":', ...lines.slice(500))
  expect(() => new Replay(EMPTY_STATE).commitFile(body, 'a.json')).toThrow('a.json, line 501:')
})

test('files of a large commit that are mostly gone do not keep the others alive', () => {
  const lines = Array.from({ length: 10 }, (_, number) => JSON.stringify(add(`part-${number}`)))
  const { adds } = LineBlock.of(bytesOf(...lines))
  const few = adds.only([2, 7])
  expect([few.length, few.file(0), few.file(1)]).toEqual([2, add('part-2').add, add('part-7').add])
  expect(few.hash(1)).toBe(adds.hash(7))
})
