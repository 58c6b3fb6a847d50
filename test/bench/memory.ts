import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { printTable } from './print.ts'

const HEAP_MB = 256

/** Streams gigabytes of product rows through a small heap into a table on local disk. */
export async function benchMemory([gigabytes = 5]: number[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'deltaquill-memory-'))
  try {
    const script = join(import.meta.dirname, 'memory-candidate.js')
    const args = [`--max-old-space-size=${HEAP_MB}`, script, directory, String(gigabytes)]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    const { rows, files, bytes, seconds, peakRss } = JSON.parse(stdout)
    printTable(
      `${gigabytes} GB of product rows through a heap of ${HEAP_MB} MB, Node ${process.version}`,
      ['rows', 'files', 'GB written', 'seconds', 'rows/s', 'peak RSS MB'],
      [
        [
          rows.toLocaleString('en'),
          String(files),
          (bytes / 1e9).toFixed(2),
          seconds.toFixed(0),
          Math.round(rows / seconds).toLocaleString('en'),
          (peakRss / 1e6).toFixed(0),
        ],
      ],
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
