import type { ColumnBatch, Row, StructType } from '../../schema/index.ts'

/** A file of rows, opened. It may be walked more than once: a schema that is inferred is inferred from all rows. */
export interface Input {
  /** For messages. */
  readonly name: string
  /**
   * The schema that the file states, or that all of its values allow (without columns where there is no row); and what a
   * person should know about it.
   * @throws {DeltaError} `invalid-data` where the file is broken, `unsupported` where it holds no flat rows.
   */
  schema(): Promise<InputSchema>
  /** The rows, as values that fit the schema's types where they can. */
  rows(schema: StructType): Rows
  close(): Promise<void>
}

/** Rows, some at a time, in the shape that the file's format has them in. */
export type Rows = AsyncIterable<readonly Row[] | ColumnBatch>

export interface InputSchema {
  readonly schema: StructType
  readonly notices: readonly string[]
}
