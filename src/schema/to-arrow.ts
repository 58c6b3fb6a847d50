import type { RecordBatch, Table } from 'apache-arrow'
import type { PhysicalTree } from './physical.ts'
import { arrowKind } from './to-arrow-kind.ts'
import type { StructType } from './types.ts'

/** Makes tables of `apache-arrow` from columns in physical form. */
export interface ArrowMaker {
  /** @param columns each with `length` values; one that is not there is null. */
  recordBatch(length: number, columns: ReadonlyMap<string, readonly (PhysicalTree | null)[]>): RecordBatch
  table(batches: readonly RecordBatch[]): Table
}

/**
 * The maker of Arrow tables with a schema: `long` → Int64, `string` → Utf8, `decimal` → Decimal128, `date` → Date32,
 * `timestamp` → Timestamp of microseconds in UTC, `timestamp_ntz` without zone, and so on; names and nullability are kept.
 * `apache-arrow` is loaded here and now: it is by far the largest dependency, and who does not ask for Arrow is spared it.
 * Its builders are not used, which take microseconds a value.
 * @throws {DeltaError} `unsupported` for variant, at any depth.
 */
export async function arrowMaker({ fields }: StructType): Promise<ArrowMaker> {
  const arrow = await import('apache-arrow')
  const columns = fields.map(({ name, type, nullable }) => ({ name, nullable, kind: arrowKind(arrow, type) }))
  const schema = new arrow.Schema(columns.map(({ name, nullable, kind }) => new arrow.Field(name, kind.type, nullable)))
  const type = new arrow.Struct(schema.fields)
  return {
    recordBatch(length, values) {
      const children = columns.map(({ name, kind }) => kind.data(values.get(name) ?? new Array(length).fill(null)))
      return new arrow.RecordBatch(schema, arrow.makeData({ type, length, nullCount: 0, children }))
    },
    table: (batches) => new arrow.Table(schema, [...batches]),
  }
}
