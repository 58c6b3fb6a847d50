import type { Writable } from 'node:stream'
import type { BodyChunks } from '../http.ts'

/** Sends a body as fast as it is taken and no faster. @param breakOff is called when it fails half way. */
export async function sendChunks({ chunks, onEnd }: BodyChunks, to: Writable, breakOff: () => void): Promise<void> {
  try {
    for await (const chunk of chunks) {
      // Leaving the loop closes the source.
      if (to.destroyed) break
      if (!to.write(chunk)) await drained(to)
    }
  } catch (error) {
    onEnd(to.destroyed ? undefined : error)
    breakOff()
    return
  }
  onEnd()
  if (!to.destroyed) to.end()
}

function drained(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      to.off('drain', done)
      to.off('close', done)
      resolve()
    }
    to.on('drain', done)
    to.on('close', done)
    if (to.destroyed) done()
  })
}
