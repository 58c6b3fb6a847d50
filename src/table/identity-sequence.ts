import { DeltaError } from '../errors.ts'
import { type IdentityColumn, INT64_MAX, INT64_MIN } from '../schema/index.ts'
import type { Filler } from './fill-columns.ts'

/**
 * Counts the values of one identity column on, from where the table stands (PROTOCOL.md "Identity Columns"). Values that are
 * given out and never committed are given out again.
 */
export class IdentitySequence implements Filler {
  readonly #column: IdentityColumn
  #last: bigint | undefined

  constructor(column: IdentityColumn) {
    this.#column = column
  }

  get column(): string {
    return this.#column.name
  }

  /** The last value given out; none if there was none. */
  get last(): bigint | undefined {
    return this.#last
  }

  /** @throws {DeltaError} `invalid-argument` when 64 bits have no further one. */
  value(row: number): bigint {
    const { name, start, step, highWaterMark } = this.#column
    const last = this.#last ?? highWaterMark
    const value = last === undefined ? start : last + step
    if (value < INT64_MIN || value > INT64_MAX) {
      throw this.#refusal(row, `has no value left after ${last}: it is at the end of 64 bits`, name)
    }
    this.#last = value
    return value
  }

  /** @throws {DeltaError} `invalid-argument` where rows must not bring values of their own. */
  given(row: number): void {
    const { name, allowExplicitInsert } = this.#column
    if (!allowExplicitInsert) throw this.#refusal(row, 'is GENERATED ALWAYS: leave it out of the rows', name)
  }

  #refusal(row: number, what: string, column: string): DeltaError {
    const message = `row ${row}: the identity column ${JSON.stringify(column)} ${what}`
    return new DeltaError('invalid-argument', message, { row, column })
  }
}
