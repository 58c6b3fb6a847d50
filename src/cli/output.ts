import type { Writable } from 'node:stream'
import { DeltaError } from '../errors.ts'

/** Text to a stream, no faster than its reader takes it. */
export interface Output {
  /**
   * @throws {DeltaError} `aborted` when the reader is gone, as in `| head` (see {@link Output.readerLeft}); `unavailable`
   * when the output cannot be written, as on a full disk.
   */
  write(text: string): Promise<void>
  /** Resolves when all that was written has left the process. @throws {DeltaError} as {@link Output.write}. */
  flush(): Promise<void>
  /** True once the reader closed its end: the command ends quietly. */
  readonly readerLeft: boolean
}

export function outputTo(stream: Writable): Output {
  let failed: Error | undefined
  const readerLeft = (): boolean => failed !== undefined && 'code' in failed && failed.code === 'EPIPE'
  const check = (): void => {
    if (failed === undefined) return
    throw new DeltaError(readerLeft() ? 'aborted' : 'unavailable', `the output cannot be written: ${failed.message}`, {
      cause: failed,
    })
  }
  // Stays attached for the life of the process: EPIPE may arrive long after the last write.
  stream.on('error', (error) => {
    failed ??= error
  })
  return {
    get readerLeft() {
      return readerLeft()
    },
    async write(text) {
      if (failed === undefined && !stream.write(text)) await drained(stream)
      check()
    },
    async flush() {
      // A failure is told to the callback of a write first, and to everybody a moment later.
      if (failed === undefined) await new Promise((resolve) => stream.write('', () => setImmediate(resolve)))
      check()
    },
  }
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of ['drain', 'error', 'close']) stream.off(event, done)
      resolve()
    }
    for (const event of ['drain', 'error', 'close']) stream.once(event, done)
  })
}
