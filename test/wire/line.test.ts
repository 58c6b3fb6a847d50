import { expect, test } from 'vitest'
import { formatDeltaLine, formatParquetLine, parseDeltaLine, parseParquetLine } from '../../src/wire/index.ts'

/** Where Python ends a line (`str.splitlines`), as the official client does with answers. */
const PYTHON_ENDS = [...'\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029']

const stats = JSON.stringify({ maxValues: { name: PYTHON_ENDS.join('') } })
const file = { path: 'https://host/a', partitionValues: {}, size: 1, modificationTime: 1, dataChange: true, stats }

test('a line about a file holds no end of a line but its own, for any client', () => {
  const inParquet = { file: { url: 'https://host/a', id: 'a', partitionValues: {}, size: 1, stats } }
  const inDelta = { file: { id: 'a', deltaSingleAction: { add: { ...file, baseRowId: 2n ** 60n } } } }
  const lines = [formatParquetLine(inParquet), formatDeltaLine(inDelta)]
  for (const line of lines) expect(PYTHON_ENDS.filter((end) => line.slice(0, -1).includes(end))).toEqual([])
  expect(parseParquetLine(lines[0] ?? '')).toMatchObject(inParquet)
  expect(parseDeltaLine(lines[1] ?? '')).toMatchObject(inDelta)
})
