import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatJson } from '../../src/json.ts'
import { parseFileLine } from '../../src/log/file-line.ts'
import { readLines, textPieces } from '../../src/log/lines.ts'
import { actionsIn, parseAction, parseCommit, parseLine } from '../../src/log/parse.ts'
import { add } from './table.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a file of several pieces is cut only behind line ends', () => {
  const line = `{"add":"${'ü€😀'.repeat(4000)}"}\n`
  const text = line.repeat(60)
  const pieces = [...textPieces(encode(text), 'x')]
  expect(pieces.length).toBeGreaterThan(2)
  expect(pieces.join('')).toBe(text)
  for (const piece of pieces) expect(piece.endsWith('}\n')).toBe(true)
})

test('a line that is longer than a piece stays whole', () => {
  const text = `{}\n"${'x'.repeat(3_000_000)}"\n{}`
  expect([...readLines(textPieces(encode(text), 'x'), 'x', (line) => [line.length])]).toEqual([2, 3_000_002, 2])
})

test('lines are counted over pieces, so that an error names the right one', () => {
  const text = `${'{}\n'.repeat(400_000)}{`
  expect(() => [...actionsIn(encode(text), 'file.json')]).toThrow('file.json, line 400001')
})

test('bytes give the actions that their text gives', () => {
  const text = `\uFEFF${formatJson(add('a ü'))}\r\n\r\n{"unknown":1}\n${formatJson(add('b', { stats: '{}' }))}`
  expect([...actionsIn(encode(text), 'x')]).toEqual(parseCommit(text, 'x'))
  expect(parseCommit(text, 'x')).toHaveLength(2)
})

const text = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'a', ''))
const number = fc.oneof(fc.nat(), fc.constantFrom(-1, 1.5, 2 ** 53, 9007199254740993n, -0))
const value = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.dictionary(text, fc.option(text)))
const fields =
  'path partitionValues size modificationTime dataChange stats tags baseRowId deletionTimestamp unknown'.split(' ')
const valid = { path: 'p', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true }

test('the short cut for file lines takes none that careful parsing refuses or reads otherwise', () => {
  let taken = 0
  fc.assert(
    fc.property(fc.constantFrom('add', 'remove'), fc.dictionary(fc.constantFrom(...fields), value), (kind, odd) => {
      const line = formatJson({ [kind]: { ...valid, ...odd } })
      const short = parseFileLine(line)
      if (short === undefined) return
      taken++
      // An unknown field, which careful parsing drops, is not taken at all.
      expect(parseAction(parseLine(line))).toEqual([short])
    }),
    { numRuns: 500 },
  )
  expect(taken).toBeGreaterThan(10)
})

test.each([
  '{"add":{"path":"a","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true},"commitInfo":{}}',
  '{"add":{"path":"a","partitionValues":{},"size":9007199254740993,"modificationTime":1,"dataChange":true}}',
  '{"add":{"path":"a","partitionValues":{"x":1},"size":1,"modificationTime":1,"dataChange":true}}',
  '{"add":{"path":"a"}}',
  '{"add":{"path":"a"',
  '{"add":[]}',
  '{"remove":{"path":"a","dataChange":true,"deletionVector":{}}}',
])('the short cut leaves %s to careful parsing', (line) => {
  expect(parseFileLine(line)).toBeUndefined()
})
