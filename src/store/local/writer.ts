import { DeltaError } from '../../errors.ts'
import type { ObjectWriter, PutResult } from '../object-store.ts'
import { localFailure } from './failure.ts'
import type { Temporary } from './file.ts'

/** Writes chunk by chunk to a file begun with `begin`, which `publish` gives its name at the end. */
export function fileWriter(steps: {
  begin(): Promise<Temporary>
  publish(file: Temporary): Promise<PutResult>
  /** For messages: "writing a/b in /dir". */
  readonly doing: string
}): ObjectWriter {
  const { begin, publish, doing } = steps
  let file: Promise<Temporary> | undefined
  let last: Promise<unknown> = Promise.resolve()
  let size = 0
  let isOver = false

  const next = <T>(step: (file: Temporary) => Promise<T>): Promise<T> => {
    file ??= begin()
    const begun = file
    const result = last.then(async () => {
      try {
        return await step(await begun)
      } catch (error) {
        throw localFailure(error, doing, 'write')
      }
    })
    last = result
    // The failure is reported by this call's own promise, and again by every later one.
    result.catch(() => {})
    return result
  }
  const discard = async (): Promise<void> => {
    const begun = await file?.catch(() => undefined)
    await begun?.discard()
  }
  const checkOpen = (): void => {
    if (isOver) throw new DeltaError('invalid-argument', `${doing}: the writer was already finished or aborted`)
  }

  return {
    async write(chunk) {
      checkOpen()
      size += chunk.length
      await next((begun) => begun.write(chunk))
    },
    async finish() {
      checkOpen()
      isOver = true
      try {
        const result = await next(publish)
        if (result.outcome === 'written') return { size, etag: result.etag }
        throw localFailure(result.outcome === 'unknown' ? result.cause : undefined, doing, 'write')
      } finally {
        await discard()
      }
    },
    async abort() {
      isOver = true
      await last.catch(() => {})
      await discard()
    },
  }
}
