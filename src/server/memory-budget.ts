/** Something that is kept in memory for another time. */
export interface Holding {
  /** Called when it has to go. */
  letGo(): void
}

/**
 * How much memory the caches of a server may take together. When it gets too much, what was not used for longest is let go
 * of; what was used last stays, however large it is.
 */
export class MemoryBudget {
  readonly bytes: number
  readonly #watch: (bytes: number) => void
  /** What was not used for longest comes first. */
  readonly #held = new Map<Holding, number>()
  readonly #waiting: (() => void)[] = []
  #heldBytes = 0
  #promised = 0

  /** @param watch told how much is held, whenever that changes. */
  constructor(bytes: number, watch: (bytes: number) => void = () => undefined) {
    this.bytes = bytes
    this.#watch = watch
  }

  /** Holds something that takes about so many bytes, or notes that it takes so many by now. */
  hold(holding: Holding, bytes: number): void {
    this.#heldBytes += bytes - (this.#held.get(holding) ?? 0)
    this.#held.delete(holding)
    this.#held.set(holding, bytes)
    this.#fit()
  }

  /** Notes that something held was used. */
  use(holding: Holding): void {
    const bytes = this.#held.get(holding)
    if (bytes === undefined) return
    this.#held.delete(holding)
    this.#held.set(holding, bytes)
  }

  drop(holding: Holding): void {
    this.#heldBytes -= this.#held.get(holding) ?? 0
    if (this.#held.delete(holding)) this.#watch(this.#heldBytes)
  }

  /**
   * Makes room for what is about to be brought into memory, and waits while others have been promised too much.
   * @returns ends the promise: what came is held by then, or gone.
   */
  async promise(bytes: number): Promise<() => void> {
    while (this.#promised > 0 && this.#promised + bytes > this.bytes) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#promised += bytes
    this.#fit()
    return () => {
      this.#promised -= bytes
      for (const resolve of this.#waiting.splice(0)) resolve()
    }
  }

  #fit(): void {
    for (const holding of this.#held.keys()) {
      if (this.#heldBytes + this.#promised <= this.bytes) break
      if (this.#held.size === 1 && this.#promised === 0) break
      this.drop(holding)
      holding.letGo()
    }
    this.#watch(this.#heldBytes)
  }
}

/** Values by key, as long as the budget has room for them. */
export class BudgetedMap<V> {
  readonly #budget: MemoryBudget
  readonly #entries = new Map<string, Holding & { readonly value: V }>()

  constructor(budget: MemoryBudget) {
    this.#budget = budget
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#budget.use(entry)
    return entry.value
  }

  set(key: string, value: V, bytes: number): void {
    this.delete(key)
    const entry = { value, letGo: () => this.#entries.delete(key) }
    this.#entries.set(key, entry)
    this.#budget.hold(entry, bytes)
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#budget.drop(entry)
  }
}
