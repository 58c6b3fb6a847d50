import type { Writable } from 'node:stream'
import { DeltaError } from '../errors.ts'

/** Text to a stream, no faster than its reader takes it. */
export interface Output {
  /** @throws {DeltaError} `aborted` when the reader is gone, as in `| head`; see {@link Output.readerLeft}. */
  write(text: string): Promise<void>
  /** True once the reader closed its end: the command ends quietly. */
  readonly readerLeft: boolean
}

export function outputTo(stream: Writable): Output {
  let failed: Error | undefined
  const onError = (error: Error): void => {
    failed ??= error
  }
  // Stays attached for the life of the process: EPIPE may arrive long after the last write.
  stream.on('error', onError)
  return {
    get readerLeft() {
      return failed !== undefined && 'code' in failed && failed.code === 'EPIPE'
    },
    async write(text) {
      if (failed === undefined && !stream.write(text)) await drained(stream)
      if (failed !== undefined) {
        throw new DeltaError('aborted', `the output could not be written: ${failed.message}`, { cause: failed })
      }
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
