import { CastError, type ColumnStats } from '../../schema/index.ts'
import type { NodeWriter, Slots } from './node-writer.ts'
import type { Taker } from './parts.ts'

export interface RepeatedOptions {
  readonly nullable: boolean
  /** The definition level of a slot that every node above provides. */
  readonly definition: number
  /** How many lists and maps there are above. */
  readonly repetition: number
}

/** Takes lists and maps apart: their parts become the slots of the nodes below. */
export class RepeatedWriter implements NodeWriter {
  readonly #take: Taker
  readonly #parts: readonly NodeWriter[]
  readonly #options: RepeatedOptions
  #nulls = 0

  /** @param parts one writer for each column that `take` fills. */
  constructor(take: Taker, parts: readonly NodeWriter[], options: RepeatedOptions) {
    this.#take = take
    this.#parts = parts
    this.#options = options
  }

  write({ values, start, end, definitions, repetitions }: Slots): void {
    const { nullable, definition, repetition } = this.#options
    const empty = definition + (nullable ? 1 : 0)
    const columns = this.#parts.map((): unknown[] => [])
    const definitionsBelow: number[] = []
    const repetitionsBelow: number[] = []
    for (let i = start; i < end; i++) {
      const value = values[i]
      const above = definitions === undefined ? definition : (definitions[i] ?? 0)
      const missing = value === null || value === undefined
      if (missing) this.#nulls++
      if (missing && above === definition && !nullable) throw new CastError('a value', 'null')
      const count = missing ? 0 : this.#take(value, columns)
      definitionsBelow.push(count > 0 ? empty + 1 : missing ? above : empty)
      repetitionsBelow.push(repetitions === undefined ? 0 : (repetitions[i] ?? 0))
      if (count === 0) for (const column of columns) column.push(null)
      for (let part = 1; part < count; part++) {
        definitionsBelow.push(empty + 1)
        repetitionsBelow.push(repetition + 1)
      }
    }
    for (const [i, part] of this.#parts.entries()) {
      const below = { definitions: definitionsBelow, repetitions: repetitionsBelow }
      part.write({ values: columns[i] ?? [], start: 0, end: definitionsBelow.length, ...below })
    }
  }

  /** Delta knows no bounds of lists and maps, only how many are null. */
  stats(): ColumnStats[] {
    return [{ path: [], nullCount: this.#nulls }]
  }
}
