import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { canCompress, parquetEncoder } from '../../src/parquet/index.ts'
import { type FileCase, fileCases, fileName, fileOf, samples } from './file-cases.ts'
import { nestedSchema } from './nested.ts'
import { python } from './python.ts'
import { spark } from './spark/call.ts'

/** What each reader found in each file: rows, or the text of its failure. */
const findings = z.record(z.string(), z.record(z.string(), z.unknown()))

const readers = ['pyarrow', 'Polars', 'DuckDB', 'Spark', 'Spark row by row']

/** What a peer cannot do, by its own words: a pin that is raised may close the gap, and then this fails. */
const gaps: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  // Spark brings no codec of that name; users add a jar with native code.
  brotli: { Spark: /BrotliCodec was not found/, 'Spark row by row': /BrotliCodec was not found/ },
  BYTE_STREAM_SPLIT: { Spark: /Unsupported encoding: BYTE_STREAM_SPLIT/ },
}

describe('a Parquet file of ours', () => {
  let directory = ''
  let read: z.infer<typeof findings> = {}
  const pathOf = (file: FileCase) => join(directory, fileName(file))

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-files-'))
    for (const file of fileCases.filter(isOfThisNode)) writeFileSync(pathOf(file), fileOf(file))
    if (!canCompress('zstd')) writeOnNode('24', 'zstd')
    const paths = fileCases.map(pathOf)
    const [byPython, bySpark] = await Promise.all([
      python('files', 'read', { paths }),
      spark('read-files', { paths }),
    ]).then((found) => found.map((each) => findings.parse(each)))
    read = Object.fromEntries(paths.map((path) => [path, { ...byPython?.[path], ...bySpark?.[path] }]))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  function writeOnNode(line: string, name: string): void {
    const repository = resolve(import.meta.dirname, '../..')
    const node = execFileSync(join(repository, '.ci/node'), [line], { encoding: 'utf8' }).trim()
    const script = join(import.meta.dirname, 'write-files.ts')
    execFileSync(node, ['--conditions=deltaquill-source', script, directory, name], { cwd: repository })
  }

  describe.each(fileCases)('of $kind columns as $name', (file) => {
    test.each(readers)('is read by %s', (reader) => {
      const gap = gaps[file.name]?.[reader]
      expect(read[pathOf(file)]?.[reader]).toEqual(gap ? expect.stringMatching(gap) : samples[file.kind].found)
    })
  })

  // Only zstd can be among them: Node has it from 22.15 on.
  test('is refused with a codec that this Node lacks', () => {
    for (const { options } of fileCases.filter((file) => !isOfThisNode(file))) {
      expect(options.codec).toBe('zstd')
      expect(() => parquetEncoder(nestedSchema, options)).toThrow(
        expect.objectContaining({ code: 'unsupported', details: expect.objectContaining({ feature: 'zstd' }) }),
      )
    }
  })
})

function isOfThisNode({ options }: FileCase): boolean {
  return options.codec === undefined || canCompress(options.codec)
}
