import { messageOf } from '../errors.ts'

/** Work that follows a write without keeping its caller waiting. */
export interface Housekeeping {
  /** Starts a task. Its failure becomes a warning that begins with `what`. */
  run(what: string, task: () => Promise<void>): void
  /** Resolves when every task started so far has ended. */
  settled(): Promise<void>
}

export function housekeeping(warn: (message: string) => void): Housekeeping {
  const running = new Set<Promise<void>>()
  return {
    run(what, task) {
      const done: Promise<void> = task()
        .catch((error: unknown) => warn(`${what}: ${messageOf(error)}`))
        .finally(() => running.delete(done))
      running.add(done)
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
