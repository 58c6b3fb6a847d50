import { DeltaError } from '../errors.ts'
import type { CompressionWorker, CompressionWorkerOptions } from './compression-worker.ts'

export type { CompressionWorker, CompressionWorkerOptions } from './compression-worker.ts'

/** The twin of `compression-worker.ts` for browsers. */
export function compressionWorker(_options: CompressionWorkerOptions): CompressionWorker {
  throw new DeltaError('unsupported', 'pages are compressed in a worker on Node only: write without one', {
    feature: 'compression worker',
  })
}
