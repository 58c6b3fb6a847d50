/** The smallest and the greatest number of a column, bigints included. A NaN is remembered: it leaves no bounds. */
export class NumberBounds {
  #min: number | bigint = Number.POSITIVE_INFINITY
  #max: number | bigint = Number.NEGATIVE_INFINITY
  #known = false
  #nan = false

  get min(): number | bigint | undefined {
    return this.#known && !this.#nan ? this.#min : undefined
  }

  get max(): number | bigint | undefined {
    return this.#known && !this.#nan ? this.#max : undefined
  }

  include(value: number | bigint): void {
    if (Number.isNaN(value)) this.#nan = true
    this.#known = true
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** Considers `values[from, to)`. */
  includeAll(values: Float64Array, from: number, to: number): void {
    if (from >= to) return
    let min = Number.POSITIVE_INFINITY
    let max = Number.NEGATIVE_INFINITY
    let nan = false
    for (let i = from; i < to; i++) {
      const value = values[i] ?? 0
      if (value < min) min = value
      if (value > max) max = value
      if (Number.isNaN(value)) nan = true
    }
    this.#known = true
    if (nan) this.#nan = true
    if (min < this.#min) this.#min = min
    if (max > this.#max) this.#max = max
  }

  /** Considers what `other` has seen. */
  includeBounds(other: NumberBounds): void {
    if (!other.#known) return
    this.include(other.#nan ? Number.NaN : other.#min)
    this.include(other.#nan ? Number.NaN : other.#max)
  }
}
