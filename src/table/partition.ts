import { DeltaError } from '../errors.ts'
import type { RowNumber } from '../parquet/index.ts'
import {
  formatPartitionValue,
  lengthOf,
  type PhysicalValue,
  pick,
  type Row,
  type RowsBatch,
  type StructField,
} from '../schema/index.ts'
import { columnCaster } from './cast.ts'

/** Partition values as the log writes them: column → text, `null` for null. */
export type PartitionValues = Readonly<Record<string, string | null>>

/** The rows of one batch that belong to one partition. */
export interface PartitionSlice {
  readonly values: PartitionValues
  readonly batch: RowsBatch
  /** Where each row stood in the whole input, counted from 1, for messages. */
  readonly rowNumber: RowNumber
}

/** Splits a batch by its partition values. */
export type Partitioner = (batch: RowsBatch, rowNumber: RowNumber) => Iterable<PartitionSlice>

export function partitioner(fields: readonly StructField[]): Partitioner {
  if (fields.length === 0) {
    return (batch, rowNumber) => (lengthOf(batch) === 0 ? [] : [{ values: {}, batch, rowNumber }])
  }
  const columns = fields.map((field) => ({
    name: field.name,
    read: valueReader(field.name),
    text: partitionText(field),
  }))
  return (batch, rowNumber) => {
    const groups = new Map<string, { values: PartitionValues; indexes: number[] }>()
    const length = lengthOf(batch)
    for (let index = 0; index < length; index++) {
      const texts = columns.map(({ read, text }) => text(read(batch, index), rowNumber(index)))
      const key = JSON.stringify(texts)
      let group = groups.get(key)
      if (group === undefined) {
        group = { values: Object.fromEntries(columns.map(({ name }, i) => [name, texts[i] ?? null])), indexes: [] }
        groups.set(key, group)
      }
      group.indexes.push(index)
    }
    return [...groups.values()].map(({ values, indexes }) => ({
      values,
      batch: groups.size === 1 ? batch : pick(batch, indexes),
      rowNumber: (index) => rowNumber(indexes[index] ?? 0),
    }))
  }
}

function partitionText(field: StructField): (value: unknown, row: number) => string | null {
  const cast = columnCaster(field)
  return (value, row) => {
    const physical: PhysicalValue | null = cast(value, row)
    if (physical === '') {
      // Readers disagree on "" (Spark reads '', the protocol and DuckDB say null): no text is right for all of them.
      throw new DeltaError(
        'invalid-argument',
        `row ${row}: the partition column ${JSON.stringify(field.name)} holds an empty string, which Delta cannot tell from null: write null, or another text`,
        { row, column: field.name },
      )
    }
    return formatPartitionValue(field.type, physical)
  }
}

type Reader = (batch: RowsBatch, index: number) => unknown

/** Reads a column of one row. A name that every object inherits counts only where the row has it itself. */
function valueReader(name: string): Reader {
  const inherited = name in Object.prototype
  return (batch, index) => {
    if (batch.kind === 'columns') return batch.batch.columns.get(name)?.[index]
    const row: Row | null | undefined = batch.rows[index]
    return row && (!inherited || Object.hasOwn(row, name)) ? row[name] : undefined
  }
}
