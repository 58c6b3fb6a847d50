import { describe, expect, test } from 'vitest'
import { createTable, type Row, simulatedRuntime } from '../../src/index.ts'
import { canCompress } from '../../src/parquet/index.ts'
import { memoryStore } from '../../src/store/index.ts'
import { codecOf } from '../../src/table/compression.ts'

const property = (codec: string): Record<string, string> => ({ 'delta.parquet.compression.codec': codec })
const rows = Array.from({ length: 100 }, (_, id) => ({ id, name: `name ${id % 7}` }))

/** A table with rows, what it was warned of, and the names of its data files without the random part. */
async function written(options: object): Promise<{ read: Row[]; warnings: string[]; names: string[] }> {
  const warnings: string[] = []
  const store = memoryStore()
  const onWarning = (warning: string): number => warnings.push(warning)
  const table = await createTable('memory://t', { store, runtime: simulatedRuntime(), rows, onWarning, ...options })
  const read: Row[] = []
  for await (const row of table.read()) read.push(row)
  const names: string[] = []
  for (const { path } of table.files()) names.push(path.replace(/^part-00000-[0-9a-f-]{36}/, ''))
  return { read, warnings, names }
}

describe('the codec that a table asks for', () => {
  test.each([
    ['uncompressed', '.c000.parquet'],
    ['SNAPPY', '.c000.snappy.parquet'],
    ['gzip', '.c000.gz.parquet'],
    ['brotli', '.c000.br.parquet'],
    ['lz4raw', '.c000.lz4raw.parquet'],
  ])('%s: files are named as Spark names them and can be read', async (codec, name) => {
    const { read, warnings, names } = await written({ properties: property(codec) })
    expect({ warnings, names }).toEqual({ warnings: [], names: [name] })
    expect(read).toEqual(rows)
  })

  test('zstd is used where the platform has it, and is snappy with a warning elsewhere', async () => {
    const { read, warnings, names } = await written({ properties: property('zstd') })
    const has = canCompress('zstd')
    expect(names).toEqual([has ? '.c000.zstd.parquet' : '.c000.snappy.parquet'])
    expect(warnings).toHaveLength(has ? 0 : 1)
    expect(read).toEqual(rows)
  })

  test.each(['lzo', 'lz4', 'zip'])('%s, which is not supported, is snappy with a warning that names it', (codec) => {
    const warnings: string[] = []
    expect(codecOf(property(codec), (warning) => warnings.push(warning))).toBe('snappy')
    expect(warnings).toEqual([expect.stringContaining(`asks for ${codec} compression, which is not supported`)])
  })
})

describe('the codec that the caller asks for', () => {
  test('goes before that of the table', async () => {
    const { names } = await written({ properties: property('gzip'), write: { codec: 'none' } })
    expect(names).toEqual(['.c000.parquet'])
  })

  test('is never replaced by another: zstd is written or refused', async () => {
    const asked = written({ write: { codec: 'zstd' } })
    if (canCompress('zstd')) expect((await asked).names).toEqual(['.c000.zstd.parquet'])
    else await expect(asked).rejects.toMatchObject({ code: 'unsupported', details: { feature: 'zstd' } })
  })
})
