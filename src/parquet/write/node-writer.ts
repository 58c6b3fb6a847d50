import type { ColumnStats } from '../../schema/index.ts'

/**
 * The values of one node of the schema for a batch of rows, one a slot. At the top there is a slot for each row; below a
 * list there is one for each element, and one that holds nothing for a list without elements.
 *
 * Levels are those of Parquet (Dremel). They are missing where every slot is provided by the nodes above and begins a
 * row; where they are there, `start` is 0.
 */
export interface Slots {
  readonly values: ArrayLike<unknown>
  readonly start: number
  readonly end: number
  /** How much of the way down to the node is there; below the node's own level the slot is null further up. */
  readonly definitions?: readonly number[] | undefined
  /** 0 where the slot begins a row, else the level of the list that it continues. Given with every list above. */
  readonly repetitions?: readonly number[] | undefined
}

/** Takes the values of one node of the schema apart, down to columns. */
export interface NodeWriter {
  /**
   * Takes the slots of whole rows.
   * @throws {CastError} when a value does not fit; the writer is of no use any more then.
   */
  write(slots: Slots): void
  /** Statistics of the file, paths from this node on; for nodes below no list or map only. */
  stats(): ColumnStats[]
}
