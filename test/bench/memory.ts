import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatCount, formatTable } from './print.ts'
import { withDirectory } from './scratch.ts'

const HEAP_MB = 256

/** Streams gigabytes of product rows through a small heap into a table on local disk. */
export async function* benchMemory([gigabytes = 5]: number[]): AsyncGenerator<string> {
  const script = join(import.meta.dirname, 'memory-candidate.js')
  const stdout = await withDirectory(async (directory) => {
    const args = [`--max-old-space-size=${HEAP_MB}`, script, directory, String(gigabytes)]
    return (await promisify(execFile)(process.execPath, args)).stdout
  })
  const { rows, files, bytes, seconds, peakRss } = JSON.parse(stdout)
  yield formatTable(
    `${gigabytes} GB of product rows through a heap of ${HEAP_MB} MB`,
    ['rows', 'files', 'GB written', 'seconds', 'rows/s', 'peak RSS MB'],
    [
      [
        formatCount(rows),
        String(files),
        (bytes / 1e9).toFixed(2),
        formatCount(seconds),
        formatCount(rows / seconds),
        formatCount(peakRss / 1e6),
      ],
    ],
  )
}
