import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { type Answer, answerPage, CompressionQueue } from '../../src/parquet/codec/compression-queue.ts'
import { compressorOf } from '../../src/parquet/codecs.ts'
import { type CompressionWorker, compressionWorker, parquetEncoder } from '../../src/parquet/index.ts'
import { schemaOf } from './arbitraries.ts'
import { concatenate, encode, readAll } from './encode.ts'

const schema = schemaOf({ id: 'long', name: 'string', price: 'double' })
const rows = Array.from({ length: 4000 }, (_, id) => ({ id, name: `name ${id} ${'é'.repeat(id % 5)}`, price: id / 7 }))
const small = { pageBytes: 2000, rowGroupBytes: 30_000 }

const open: MessagePort[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** A worker in this very thread: what a real one does, as far as encoders can see. The package's own test starts a real one. */
function workerHere(): CompressionWorker {
  const { port1, port2 } = new MessageChannel()
  open.push(port1)
  const queue = new CompressionQueue(port1, 10_000)
  const compress = compressorOf('gzip')
  if (compress === undefined) throw new Error('no gzip')
  port1.on('message', (answer: Answer) => queue.answer(answer))
  port2.on('message', (page: Uint8Array) => answerPage(page, compress, port2))
  return {
    codec: 'gzip',
    compress: (page, take) => queue.compress(page, take),
    ready: () => queue.ready(),
    idle: () => queue.idle(),
    close: async () => port1.close(),
  }
}

describe('an encoder with a worker', () => {
  test('makes the same file, byte for byte, as one without', async () => {
    const encoder = parquetEncoder(schema, { ...small, worker: workerHere() })
    const parts: Uint8Array[] = []
    for (let start = 0; start < rows.length; start += 500) {
      encoder.writeRows(rows.slice(start, start + 500))
      await encoder.settled()
      parts.push(...encoder.takeBytes())
    }
    const stats = encoder.finish()
    await encoder.settled()
    parts.push(...encoder.takeBytes())
    const sync = parquetEncoder(schema, { ...small, codec: 'gzip' })
    for (let start = 0; start < rows.length; start += 500) sync.writeRows(rows.slice(start, start + 500))
    expect(stats).toEqual(sync.finish())
    expect(Buffer.compare(concatenate(parts), concatenate(sync.takeBytes()))).toBe(0)
    expect((await readAll(concatenate(parts))).columns.get('id')).toEqual(rows.map(({ id }) => id))
  })

  test('gives no bytes behind a page that is still at the worker', async () => {
    const encoder = parquetEncoder(schema, { ...small, worker: workerHere() })
    encoder.writeRows(rows)
    encoder.finish()
    expect(concatenate(encoder.takeBytes())).toEqual(new TextEncoder().encode('PAR1'))
    expect(encoder.bytes).toBeGreaterThan(30_000)
    await encoder.settled()
    const rest = concatenate(encoder.takeBytes())
    expect(new TextDecoder().decode(rest.subarray(-4))).toBe('PAR1')
    expect(encoder.bytes).toBe(rest.length + 4)
  })

  test('two encoders share a worker', async () => {
    const worker = workerHere()
    const halves = [rows.slice(0, 1500), rows.slice(1500)]
    const encoders = halves.map(() => parquetEncoder(schema, { ...small, worker }))
    for (const [i, encoder] of encoders.entries()) {
      encoder.writeRows(halves[i] ?? [])
      encoder.finish()
    }
    for (const [i, encoder] of encoders.entries()) {
      await encoder.settled()
      const bytes = concatenate(encoder.takeBytes())
      expect(bytes).toEqual(encode(schema, halves[i] ?? [], { ...small, codec: 'gzip' }).bytes)
    }
  })

  test('takes codec and level from it', () => {
    const worker = workerHere()
    expect(() => parquetEncoder(schema, { worker, codec: 'snappy' })).toThrow('the worker has codec gzip')
    expect(() => parquetEncoder(schema, { worker, level: 3 })).toThrow('a level of its own')
    expect(() => parquetEncoder(schema, { worker, codec: 'gzip' })).not.toThrow()
  })
})

describe('a worker', () => {
  test('is not started for pages that stay as they are, nor with a level that is none', () => {
    expect(() => compressionWorker({ codec: 'none' })).toThrow('need no worker')
    expect(() => compressionWorker({ codec: 'gzip', level: 10 })).toThrow('gzip has levels from 1 to 9, not 10')
  })

  test('whose program is not there fails the encoder that waits for it', async () => {
    // The sources have it in TypeScript: this is what a bundle without the file meets.
    const worker = compressionWorker({ codec: 'snappy' })
    const encoder = parquetEncoder(schema, { ...small, worker })
    encoder.writeRows(rows)
    encoder.finish()
    await expect(encoder.settled()).rejects.toMatchObject({
      code: 'internal',
      message: expect.stringContaining('leave it outside'),
    })
    await worker.close()
  })
})
