import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Codec, canCompress, type ParquetEncoderOptions, parquetEncoder } from '../../src/parquet/index.ts'
import { encodings, type Kind, kinds } from './encodings.ts'
import { nestedFound, nestedRows, nestedSchema } from './nested.ts'
import { python } from './python.ts'
import { columns, given, rows, schemaOf } from './sample.ts'

/** What each reader found in each file: rows, or the text of its failure. */
const findings = z.record(z.string(), z.record(z.string(), z.unknown()))

const readers = ['pyarrow', 'Polars', 'DuckDB']

const codecs: readonly Codec[] = ['none', 'snappy', 'gzip', 'brotli', 'lz4_raw', 'zstd']

/** The sample over and over, so that columns take several pages and blocks. */
const flat = Array.from({ length: 300 }, (_, i) => ({ ...rows[i % rows.length], id: i - 150 }))
const samples = {
  flat: { schema: schemaOf(columns), handedIn: flat.map((row) => given(row)), found: flat },
  nested: { schema: nestedSchema, handedIn: nestedRows, found: nestedFound },
}
const cases: readonly Case[] = [
  ...codecs.filter(canCompress).flatMap((codec) => kinds.map((kind) => ({ kind, name: codec, options: { codec } }))),
  ...encodings.map(({ kind, encoding, leaves }) => {
    return { kind, name: encoding, options: { encodings: Object.fromEntries(leaves.map((leaf) => [leaf, encoding])) } }
  }),
]

interface Case {
  readonly kind: Kind
  readonly name: string
  readonly options: ParquetEncoderOptions
}

describe('a Parquet file of ours', () => {
  let directory = ''
  let read: z.infer<typeof findings>
  const pathOf = (kind: Kind, name: string) => join(directory, `${kind}-${name}.parquet`)

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'deltaquill-files-'))
    for (const { kind, name, options } of cases) writeFileSync(pathOf(kind, name), fileOf(kind, options))
    const paths = cases.map(({ kind, name }) => pathOf(kind, name))
    read = findings.parse(await python('files', 'read', { paths }))
  })
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  describe.each(cases)('of $kind columns as $name', ({ kind, name }) => {
    test.each(readers)('is read by %s', (reader) => {
      expect(read[pathOf(kind, name)]?.[reader]).toEqual(samples[kind].found)
    })
  })

  // Only zstd can be among them: Node has it from 22.15 on.
  test('is refused with a codec that this Node lacks', () => {
    const lacking = codecs.filter((codec) => !canCompress(codec))
    expect(['', 'zstd']).toContain(lacking.join())
    for (const codec of lacking) {
      expect(() => parquetEncoder(nestedSchema, { codec })).toThrow(
        expect.objectContaining({ code: 'unsupported', details: expect.objectContaining({ feature: codec }) }),
      )
    }
  })
})

function fileOf(kind: Kind, options: ParquetEncoderOptions): Uint8Array {
  const { schema, handedIn } = samples[kind]
  const encoder = parquetEncoder(schema, { ...options, pageBytes: 512 })
  for (let start = 0; start < handedIn.length; start += 50) encoder.writeRows(handedIn.slice(start, start + 50))
  encoder.finish()
  return Buffer.concat(encoder.takeBytes())
}
