/**
 * Runs `work` for a key at most once at a time. Who comes while it runs waits for one further run that all such callers
 * share: the run under way may have looked before the thing happened that this caller has to see.
 */
export function singleFlight<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>()
  const waiting = new Map<string, Promise<T>>()

  const run = (key: string, work: () => Promise<T>): Promise<T> => {
    const current = running.get(key)
    if (current === undefined) {
      const started = work().finally(() => running.delete(key))
      running.set(key, started)
      return started
    }
    const next = waiting.get(key) ?? runAfter(current, key, work)
    waiting.set(key, next)
    return next
  }
  const runAfter = async (current: Promise<T>, key: string, work: () => Promise<T>): Promise<T> => {
    await current.catch(() => undefined)
    waiting.delete(key)
    return run(key, work)
  }
  return run
}
