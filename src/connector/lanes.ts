/**
 * Work that goes on side by side, so much of it at a time. The first failure ends it: nothing more is begun, `stop` fires
 * for what goes on, and whoever waits is told once all of it has come to its end.
 */
export class Lanes {
  readonly #width: number
  readonly #stop: AbortController
  readonly #busy = new Set<Promise<void>>()
  #failure: { readonly error: unknown } | undefined

  constructor(width: number, stop: AbortController) {
    this.#width = width
    this.#stop = stop
  }

  /** Begins a piece of work as soon as a lane is free. @throws what an earlier one threw. */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#busy.size >= this.#width && this.#failure === undefined) await Promise.race(this.#busy)
    if (this.#failure !== undefined) return this.end()
    const piece = work()
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.#busy.delete(piece))
    this.#busy.add(piece)
  }

  /** Waits until all that was begun is done. @throws what one of it threw first. */
  async end(): Promise<void> {
    while (this.#busy.size > 0) await Promise.race(this.#busy)
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Ends all of it, as if a piece had failed. */
  fail(error: unknown): void {
    this.#failure ??= { error }
    this.#stop.abort()
  }
}
