import { type ArrowSchema, arrowMember, isArrowSchema } from './arrow.ts'
import { arrowColumn } from './arrow-column.ts'
import type { ArrowVector } from './arrow-vector.ts'
import type { ColumnBatch } from './column-batch.ts'

/** A table of `apache-arrow`, by its shape. */
export interface ArrowTable {
  readonly schema: ArrowSchema
  readonly numRows: number
  readonly batches: readonly ArrowBatch[]
}

export interface ArrowBatch {
  readonly numRows: number
  getChildAt(index: number): ArrowVector | null
}

/** A record batch of `apache-arrow` alone, by its shape. */
export interface ArrowRecordBatch extends ArrowBatch {
  readonly schema: ArrowSchema
}

/** Whether a value is a table of `apache-arrow`. */
export function isArrowTable(value: unknown): value is ArrowTable {
  return isArrowSchema(arrowMember(value, 'schema')) && Array.isArray(arrowMember(value, 'batches'))
}

/** Whether a value is a record batch of `apache-arrow`. */
export function isArrowBatch(value: unknown): value is ArrowRecordBatch {
  const isBatch =
    typeof arrowMember(value, 'numRows') === 'number' && typeof arrowMember(value, 'getChildAt') === 'function'
  return isBatch && isArrowSchema(arrowMember(value, 'schema'))
}

/**
 * The rows of an Arrow table as batches of columns, one for each of its record batches, made when they are asked for.
 * @throws {DeltaError} as `arrowColumn` does.
 */
export function* columnsFromArrow(table: ArrowTable): Generator<ColumnBatch> {
  for (const batch of table.batches) {
    const columns = table.schema.fields.map(({ name }, index) => {
      const vector = batch.getChildAt(index)
      return [name, vector === null ? [] : arrowColumn(vector)] as const
    })
    yield { length: batch.numRows, columns: new Map(columns) }
  }
}
