import { MessageChannel } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { type Answer, answerPage, CompressionQueue } from '../../../src/parquet/codec/compression-queue.ts'

/** Ends of channels that would keep the process alive. */
const open: { close(): void }[] = []
afterEach(() => {
  for (const port of open.splice(0)) port.close()
})

/** A queue before a worker that doubles each byte, and refuses a page that begins with 13. */
function doubling(readyBytes = 0): { queue: CompressionQueue; release: () => void } {
  const { port1, port2 } = new MessageChannel()
  open.push(port1)
  const queue = new CompressionQueue(port1, readyBytes)
  port1.on('message', (answer: Answer) => queue.answer(answer))
  const compress = (page: Uint8Array): Uint8Array => {
    if (page[0] === 13) throw new Error('unlucky')
    return Uint8Array.from([...page, ...page]).subarray(0, page.length * 2)
  }
  const release = (): void => {
    port2.on('message', (page: Uint8Array) => answerPage(page, compress, port2))
  }
  return { queue, release }
}

describe('pages at a worker', () => {
  test('come back in their order, while the buffer that they were in is used again', async () => {
    const { queue, release } = doubling()
    release()
    const taken: number[][] = []
    const buffer = new Uint8Array(1)
    for (let i = 0; i < 10; i++) {
      buffer[0] = 20 + i
      queue.compress(buffer, (stored) => taken.push([...stored]))
    }
    expect(taken).toEqual([])
    await queue.idle()
    expect(taken).toEqual(Array.from({ length: 10 }, (_, i) => [20 + i, 20 + i]))
    expect(queue.size).toBe(0)
  })

  test('hold the encoder back while too many bytes are under way', async () => {
    const { queue, release } = doubling(100)
    queue.compress(new Uint8Array(60), () => {})
    await queue.ready()
    queue.compress(new Uint8Array(60), () => {})
    const order: string[] = []
    const ready = queue.ready().then(() => order.push('ready'))
    await new Promise((resolve) => setImmediate(resolve))
    order.push('the worker begins')
    release()
    await ready
    expect(order).toEqual(['the worker begins', 'ready'])
  })

  test('are given up when one cannot be compressed: who waits hears why, and who comes later', async () => {
    const { queue, release } = doubling()
    const taken: number[] = []
    queue.compress(Uint8Array.of(1), () => taken.push(1))
    queue.compress(Uint8Array.of(13), () => taken.push(13))
    queue.compress(Uint8Array.of(2), () => taken.push(2))
    release()
    const failure = expect.objectContaining({ code: 'internal', message: expect.stringContaining('Error: unlucky') })
    await expect(queue.idle()).rejects.toEqual(failure)
    await expect(queue.ready()).rejects.toEqual(failure)
    expect(() => queue.compress(Uint8Array.of(3), () => {})).toThrow(failure)
    expect(taken).toEqual([1])
  })
})
