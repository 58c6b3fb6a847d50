import { describe, expect, test } from 'vitest'
import { loadSnapshot } from '../../src/log/index.ts'
import { parseDeltaLine } from '../../src/wire/index.ts'
import { MAPPED_COLUMN, openLab, VECTOR } from './lab.ts'
import { filesIn, linesOf, putLog, type World } from './world.ts'

const DELTA = { 'delta-sharing-capabilities': 'responseformat=delta;readerfeatures=deletionvectors,columnmapping' }
const add = { path: 'part-0.parquet', partitionValues: {}, size: 100, modificationTime: 7, dataChange: true }
const vectors = {
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ['deletionVectors'],
  writerFeatures: ['deletionVectors'],
}

const query = (world: World, table: string, { headers = DELTA as Record<string, string>, body = {} } = {}) =>
  world.ask(`/shares/lab/schemas/shop/tables/${table}/query`, { method: 'POST', headers, body: JSON.stringify(body) })

async function fileOf(answer: Response) {
  expect(answer.status).toBe(200)
  const line = (await answer.text()).split('\n').find((text) => text.startsWith('{"file"'))
  const parsed = parseDeltaLine(line ?? '')
  if (!('file' in parsed) || !('add' in parsed.file.deltaSingleAction)) throw new Error('no file')
  return { ...parsed.file, add: parsed.file.deltaSingleAction.add }
}

describe('a file with a deletion vector', () => {
  test('has URLs and ids for both of its files, and never a path of the table', async () => {
    const world = await openLab()
    const { add, id, deletionVectorFileId, expirationTimestamp } = await fileOf(await query(world, 'vectors'))
    expect(add.path).toMatch(/^https:\/\/share\.example\.com\/files\//)
    expect(add.deletionVector).toEqual({
      ...VECTOR,
      storageType: 'p',
      pathOrInlineDv: expect.stringMatching(/^https:\/\/share\.example\.com\/files\//),
    })
    expect(add.deletionVector?.pathOrInlineDv).not.toBe(add.path)
    expect([id, deletionVectorFileId]).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}$/),
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ])
    expect(deletionVectorFileId).not.toBe(id)
    expect(expirationTimestamp).toBe(world.runtime.now() + 3_600_000)
  })

  test('has that file’s bytes behind the URL, whose length the log does not tell', async () => {
    const world = await openLab()
    const bytes = new Uint8Array([1, 2, 3, 4, 5])
    await world
      .tableAt('vectors')
      .put('ab/deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin', bytes, { mode: 'create' })
    const { add } = await fileOf(await query(world, 'vectors'))
    const url = add.deletionVector?.pathOrInlineDv ?? ''
    const whole = await world.handler(new Request(url))
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '5'])
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes)
    const part = await world.handler(new Request(url, { headers: { range: 'bytes=1-2' } }))
    expect([part.status, new Uint8Array(await part.arrayBuffer())]).toEqual([206, bytes.slice(1, 3)])
    const ranged = await world.handler(new Request(url, { method: 'HEAD' }))
    expect(ranged.headers.get('content-length')).toBe('5')
  })

  test('keeps an inline vector as it is, which has no file and no id', async () => {
    const world = await openLab()
    const inline = {
      storageType: 'i',
      pathOrInlineDv: 'wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L',
      sizeInBytes: 40,
      cardinality: 6,
    }
    await putLog(world, 'inline', { add: { ...add, deletionVector: inline } }, { protocol: vectors, share: 'lab' })
    const file = await fileOf(await query(world, 'inline'))
    expect(file.add.deletionVector).toEqual(inline)
    expect(file.deletionVectorFileId).toBeUndefined()
  })

  test('counts as many rows for a limit as the vector leaves', async () => {
    const world = await openLab()
    const stats = JSON.stringify({ numRecords: 10 })
    const files = ['a', 'b', 'c'].map((path) => ({
      add: { ...add, path, stats, deletionVector: { ...VECTOR, cardinality: 6 } },
    }))
    await putLog(world, 'three', files, { protocol: vectors, share: 'lab' })
    const count = async (limitHint: number) => filesIn(await query(world, 'three', { body: { limitHint } }))
    expect([await count(4), await count(5), await count(8), await count(9)]).toEqual([1, 2, 2, 3])
  })
})

describe('an answer in the delta format', () => {
  test('has the metadata and the protocol of the log, and totals', async () => {
    const world = await openLab()
    const lines = await linesOf(await query(world, 'mapped'))
    const { protocol, metadata } = await loadSnapshot(world.tableAt('mapped'))
    expect(lines[0]).toEqual({ protocol: { deltaProtocol: protocol } })
    expect(lines[1]).toEqual({ metaData: { deltaMetadata: metadata, size: 100, numFiles: 1 } })
    expect(metadata.schemaString).toContain(Object.keys(MAPPED_COLUMN)[1])
    expect(metadata.configuration).toEqual({ 'delta.columnMapping.mode': 'name' })
  })

  test('keeps tags and the like inside, and what readers need', async () => {
    const world = await openLab()
    const written = {
      ...add,
      stats: '{"numRecords":1}',
      tags: { secret: 'x' },
      clusteringProvider: 'secret',
      baseRowId: 5,
      defaultRowCommitVersion: 3,
    }
    await putLog(world, 'tagged', { add: written }, { share: 'lab' })
    const answer = await query(world, 'tagged')
    const text = await answer.clone().text()
    expect(text).not.toContain('secret')
    const { tags: _, clusteringProvider: __, path: ___, ...rest } = written
    expect((await fileOf(answer)).add).toEqual({ ...rest, path: expect.any(String) })
  })

  test('tells a client that knows no features of none, where none is in use', async () => {
    const world = await openLab()
    await putLog(
      world,
      'listed',
      { add },
      { protocol: vectors, share: 'lab', configuration: { 'delta.enableDeletionVectors': 'true' } },
    )
    const protocolFor = async (capabilities: string) =>
      (await linesOf(await query(world, 'listed', { headers: { 'delta-sharing-capabilities': capabilities } })))[0]
        ?.protocol
    expect(await protocolFor('responseformat=delta')).toEqual({
      deltaProtocol: { minReaderVersion: 1, minWriterVersion: 6 },
    })
    expect(await protocolFor('responseformat=delta;readerfeatures=deletionvectors')).toEqual({ deltaProtocol: vectors })
  })

  test('has the ids of the parquet format for who asks for them, and the other way round', async () => {
    const world = await openLab()
    const idOf = async (format: string, hash?: string) => {
      const headers = {
        'delta-sharing-capabilities': `responseformat=${format}`,
        ...(hash ? { fileidhash: hash } : {}),
      }
      const answer = await query(world, 'history', { headers })
      expect(answer.headers.get('fileidhash')).toBe(hash ?? null)
      return (await linesOf(answer))[2]?.file?.id
    }
    expect(await idOf('delta', 'parquet')).toBe(await idOf('parquet'))
    expect(await idOf('parquet', 'delta')).toBe(await idOf('delta'))
    expect(await idOf('delta')).not.toBe(await idOf('parquet'))
  })

  test('finds the statistics of a mapped column by the name that users know it by', async () => {
    const world = await openLab()
    const options = {
      protocol: { minReaderVersion: 2, minWriterVersion: 5 },
      metadata: MAPPED_COLUMN,
      configuration: { 'delta.columnMapping.mode': 'name' },
      share: 'lab',
    }
    const stats = (n: number) => JSON.stringify({ numRecords: 1, minValues: { 'col-1': n }, maxValues: { 'col-1': n } })
    await putLog(
      world,
      'renamed',
      [1, 2].map((n) => ({ add: { ...add, path: `${n}`, stats: stats(n) } })),
      options,
    )
    const files = async (hint: string) =>
      (await linesOf(await query(world, 'renamed', { body: { predicateHints: [hint] } }))).length - 2
    expect([await files('n = 1'), await files('n = 3'), await files('`col-1` = 3')]).toEqual([1, 0, 2])
  })
})

test('a line is never longer than 8 MiB: statistics that would make it so are left out', async () => {
  const world = await openLab()
  const stats = (text: string) => JSON.stringify({ numRecords: 1, minValues: { n: text } })
  // Short as text and long as JSON within JSON; and long as UTF-8.
  const files = [stats('"'.repeat(2_200_000)), stats('€'.repeat(2_900_000)), stats('fine')].map((text, n) => ({
    add: { ...add, path: `${n}`, stats: text },
  }))
  await putLog(world, 'wide', files, { share: 'lab', type: 'string' })
  for (const format of ['parquet', 'delta']) {
    const answer = await query(world, 'wide', { headers: { 'delta-sharing-capabilities': `responseformat=${format}` } })
    const lines = (await answer.text()).split('\n')
    const bytes = lines.map((line) => Buffer.byteLength(line))
    expect(Math.max(...bytes)).toBeLessThan(8 * 1024 * 1024)
    expect(lines.filter((line) => line.startsWith('{"file"')).length).toBe(3)
    expect(lines.filter((line) => line.includes('numRecords')).length).toBe(1)
  }
})
