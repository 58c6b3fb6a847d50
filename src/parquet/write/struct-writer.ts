import { CastError, type ColumnStats } from '../../schema/index.ts'
import { MemberColumns } from './member-columns.ts'
import type { NodeWriter, Slots } from './node-writer.ts'

export interface StructOptions {
  readonly nullable: boolean
  /** The definition level of a slot that every node above provides. */
  readonly definition: number
  /** Members that a value may have although nothing stores them. */
  readonly ignored?: readonly string[]
}

/**
 * Takes structs apart into columns of their members, which go to the writers of these. Rows are structs, too. A batch is so
 * short that its strings are still in the processor's cache when the writers come to them.
 */
export class StructWriter implements NodeWriter {
  readonly #members: ReadonlyMap<string, NodeWriter>
  readonly #columns: MemberColumns
  readonly #nullable: boolean
  readonly #definition: number

  constructor(members: ReadonlyMap<string, NodeWriter>, { nullable, definition, ignored = [] }: StructOptions) {
    this.#members = members
    this.#columns = new MemberColumns([...members.keys(), ...ignored])
    this.#nullable = nullable
    this.#definition = definition
  }

  write(slots: Slots): void {
    const { values, start, end, repetitions } = slots
    const definitions = this.#definitionsBelow(slots)
    const unknown = this.#columns.take(values, start, end)
    if (unknown !== undefined) throw new CastError('a member of the struct', unknown)
    let place = 0
    for (const writer of this.#members.values()) {
      writer.write({ values: this.#columns.column(place++), start: 0, end: end - start, definitions, repetitions })
    }
  }

  stats(): ColumnStats[] {
    return [...this.#members].flatMap(([name, writer]) =>
      writer.stats().map((stats) => ({ ...stats, path: [name, ...stats.path] })),
    )
  }

  #definitionsBelow({ values, start, end, definitions }: Slots): readonly number[] | undefined {
    const own = this.#definition
    const below: number[] = []
    for (let i = start; i < end; i++) {
      const above = definitions === undefined ? own : (definitions[i] ?? 0)
      const missing = values[i] === null || values[i] === undefined
      if (missing && above === own && !this.#nullable) throw new CastError('a struct', 'null')
      if (this.#nullable) below.push(missing ? above : above + 1)
    }
    return this.#nullable ? below : definitions
  }
}
