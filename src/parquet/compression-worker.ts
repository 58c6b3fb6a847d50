import { parentPort, Worker, workerData } from 'node:worker_threads'
import { checkCodec, compressorOf } from '#codecs'
import { DeltaError } from '../errors.ts'
import type { Codec } from './codec/codec.ts'
import type { Compression } from './codec/compression.ts'
import { type Answer, answerPage, CompressionQueue } from './codec/compression-queue.ts'

export interface CompressionWorkerOptions {
  readonly codec: Codec
  /** As in the options of the encoder. */
  readonly level?: number | undefined
  /** With more bytes of pages than these under way, encoders wait; 16 MiB unless said. */
  readonly waitingBytes?: number | undefined
}

/**
 * A thread that compresses pages while the caller's encodes the next ones. Any number of encoders may share it. It does not
 * keep the process alive, unless pages are under way.
 */
export interface CompressionWorker extends Compression {
  readonly codec: Codec
  /** Ends the thread. Pages under way are lost. */
  close(): Promise<void>
}

const WAITING_BYTES = 16 * 2 ** 20

/** By this the thread knows that it was made for this, and not by a user who imports the package in a worker. */
const PURPOSE = 'deltaquill: compress pages'

interface Order {
  readonly purpose: typeof PURPOSE
  readonly codec: Codec
  readonly level: number | undefined
}

/**
 * Starts a thread that compresses pages. It takes some 50 ms to be there; the first pages wait for it.
 * @throws {DeltaError} `unsupported` for a codec that this platform lacks, `invalid-argument` for a codec or level that is
 * none, or for the codec `none`, which leaves a worker nothing to do.
 */
export function compressionWorker({
  codec,
  level,
  waitingBytes = WAITING_BYTES,
}: CompressionWorkerOptions): CompressionWorker {
  checkCodec(codec, level)
  if (codec === 'none') throw new DeltaError('invalid-argument', 'pages without compression need no worker')
  const order: Order = { purpose: PURPOSE, codec, level }
  // The build has this file under this name; it is its own thread's program, so that one file knows of threads.
  const worker = new Worker(new URL('./compression-worker.js', import.meta.url), { workerData: order })
  const queue = new CompressionQueue(worker, waitingBytes)
  worker.unref()
  worker.on('message', (answer: Answer) => {
    queue.answer(answer)
    if (queue.size === 0) worker.unref()
  })
  worker.on('error', (cause) => queue.fail(brokenWorker(cause)))
  worker.on('exit', () => queue.fail(new DeltaError('internal', 'the worker that compresses pages has ended')))
  return {
    codec,
    compress(page, take) {
      queue.compress(page, take)
      worker.ref()
    },
    ready: () => queue.ready(),
    idle: () => queue.idle(),
    async close() {
      await worker.terminate()
    },
  }
}

function brokenWorker(cause: unknown): DeltaError {
  const message =
    'the worker that compresses pages broke down; where the package is part of a bundle, leave it outside, or write ' +
    'without a worker'
  return new DeltaError('internal', message, { cause })
}

function isOrder(data: unknown): data is Order {
  return typeof data === 'object' && data !== null && 'purpose' in data && data.purpose === PURPOSE
}

if (parentPort !== null && isOrder(workerData)) {
  const port = parentPort
  const compress = compressorOf(workerData.codec, workerData.level)
  port.on('message', (page: Uint8Array) => compress && answerPage(page, compress, port))
}
