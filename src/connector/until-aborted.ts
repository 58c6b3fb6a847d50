import { throwIfAborted } from '../errors.ts'

/**
 * What somebody hands in, one by one. A source that comes to a stand, such as an export over HTTP, keeps nobody waiting once the
 * signal fires.
 * @throws {DeltaError} `aborted`.
 */
export function untilAborted<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal | undefined,
): AsyncIterable<T> | Iterable<T> {
  return signal !== undefined && Symbol.asyncIterator in source ? interruptible(source, signal) : source
}

async function* interruptible<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]()
  // One listener for all items: a race with a promise that never settles would keep something of each.
  let interrupt = (): void => {}
  const onAbort = (): void => interrupt()
  signal.addEventListener('abort', onAbort)
  let isOver = false
  const next = (): Promise<IteratorResult<T>> =>
    new Promise((resolve, reject) => {
      interrupt = () => reject(signal.reason)
      items.next().then(resolve, (error: unknown) => {
        isOver = true
        reject(error)
      })
    })
  try {
    for (;;) {
      throwIfAborted(signal)
      const item = await next()
      isOver = item.done === true
      if (item.done === true) return
      yield item.value
    }
  } catch (error) {
    throwIfAborted(signal)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (!isOver) await close(items, signal)
  }
}

/** Says that no more is wanted; one that stands still would never answer. */
async function close(items: AsyncIterator<unknown>, signal: AbortSignal): Promise<void> {
  const closed = items.return?.()
  if (!signal.aborted) await closed
  else closed?.catch(() => {})
}
