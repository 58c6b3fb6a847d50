import { DeltaError } from '../../errors.ts'
import type { Compressor } from './codec.ts'
import type { Compression } from './compression.ts'

/** One end of the way to a worker: a `MessagePort`, or the `Worker` itself. */
export interface Port {
  postMessage(message: unknown, transfer: readonly ArrayBuffer[]): void
}

/** What a worker answers to a page: its compressed bytes, or why there are none. */
export type Answer = Uint8Array<ArrayBuffer> | { readonly failure: string }

interface PageUnderWay {
  readonly memory: Uint8Array<SharedArrayBuffer>
  readonly bytes: number
  readonly take: (stored: Uint8Array) => void
}

interface Waiter {
  /** Waits until no more bytes than these are under way. */
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: DeltaError) => void
}

/** Memory for a page is a multiple of this, so that pages of about one size can have it one after another. */
const MEMORY_STEP = 2 ** 18

/**
 * The pages that are at a worker, seen from the thread that encodes; their answers come back in their order. They go
 * there in memory that both threads see, and that is used again: measured, the first touch of fresh memory took five times as
 * long as copying a page.
 */
export class CompressionQueue implements Compression {
  readonly #port: Port
  readonly #readyBytes: number
  readonly #pages: PageUnderWay[] = []
  /** Memory that no page is in. */
  readonly #spare: Uint8Array<SharedArrayBuffer>[] = []
  #bytes = 0
  #waiters: Waiter[] = []
  #failure: DeltaError | undefined

  /** @param readyBytes with more than these under way the encoder has to wait. */
  constructor(port: Port, readyBytes: number) {
    this.#port = port
    this.#readyBytes = readyBytes
  }

  /** Pages under way. */
  get size(): number {
    return this.#pages.length
  }

  compress(page: Uint8Array, take: (stored: Uint8Array) => void): void {
    if (this.#failure !== undefined) throw this.#failure
    // The encoder goes on writing into its buffer: the worker gets a copy.
    const memory = this.#memoryFor(page.length)
    memory.set(page)
    this.#pages.push({ memory, bytes: page.length, take })
    this.#bytes += page.length
    this.#port.postMessage(memory.subarray(0, page.length), [])
  }

  ready(): Promise<void> {
    return this.#atMost(this.#readyBytes)
  }

  idle(): Promise<void> {
    return this.#atMost(0)
  }

  /** Takes the next answer of the worker. */
  answer(answer: Answer): void {
    const page = this.#pages.shift()
    if (page === undefined || this.#failure !== undefined) return
    if (!(answer instanceof Uint8Array)) {
      this.fail(new DeltaError('internal', `a page could not be compressed: ${answer.failure}`))
      return
    }
    this.#bytes -= page.bytes
    this.#spare.push(page.memory)
    page.take(answer)
    const done = this.#waiters.filter((waiter) => this.#bytes <= waiter.bytes)
    this.#waiters = this.#waiters.filter((waiter) => this.#bytes > waiter.bytes)
    for (const { resolve } of done) resolve()
  }

  /** Gives up: who waits hears of it, and so does who comes later. */
  fail(error: DeltaError): void {
    this.#failure ??= error
    const waiters = this.#waiters
    this.#waiters = []
    this.#pages.length = 0
    this.#bytes = 0
    for (const { reject } of waiters) reject(this.#failure)
  }

  #memoryFor(bytes: number): Uint8Array<SharedArrayBuffer> {
    const spare = this.#spare.pop()
    if (spare !== undefined && spare.length >= bytes) return spare
    return new Uint8Array(new SharedArrayBuffer(Math.ceil(bytes / MEMORY_STEP) * MEMORY_STEP))
  }

  #atMost(bytes: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#bytes <= bytes) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiters.push({ bytes, resolve, reject }))
  }
}

/** The worker's end: compresses a page and sends it back. */
export function answerPage(page: Uint8Array, compress: Compressor, port: Port): void {
  try {
    const stored = compress(page)
    // A result that lies in a larger buffer would take that with it.
    const owned = stored.buffer instanceof ArrayBuffer && stored.byteLength === stored.buffer.byteLength
    const sent = owned ? stored : stored.slice()
    port.postMessage(sent, sent.buffer instanceof ArrayBuffer ? [sent.buffer] : [])
  } catch (error) {
    port.postMessage({ failure: String(error) } satisfies Answer, [])
  }
}
