import type { RecordBatch, Table } from 'apache-arrow'
import { type ArrowMaker, arrowMaker, type PhysicalTree, type StructType } from '../../schema/index.ts'
import type { SelectedRows } from './select-rows.ts'

/** What is worth a record batch: readers of Arrow gain by long ones. */
export const RECORD_BATCH_ROWS = 65_536

/** Selected rows as Arrow's record batches, one each; none for those without rows. @throws {DeltaError} as `arrowMaker` does. */
export async function* recordBatches(
  selected: AsyncIterable<SelectedRows>,
  schema: StructType,
): AsyncGenerator<RecordBatch> {
  yield* batchesBy(await arrowMaker(schema), selected, schema)
}

/** Selected rows as an Arrow table of record batches. @throws {DeltaError} as `arrowMaker` does. */
export async function arrowTable(selected: AsyncIterable<SelectedRows>, schema: StructType): Promise<Table> {
  const maker = await arrowMaker(schema)
  const batches: RecordBatch[] = []
  for await (const batch of batchesBy(maker, selected, schema)) batches.push(batch)
  return maker.table(batches)
}

async function* batchesBy(
  maker: ArrowMaker,
  selected: AsyncIterable<SelectedRows>,
  { fields }: StructType,
): AsyncGenerator<RecordBatch> {
  for await (const rows of selected) {
    const { length } = rows.indexes
    if (length > 0) yield maker.recordBatch(length, new Map(fields.map(({ name }) => [name, valuesOf(rows, name)])))
  }
}

function valuesOf({ batch, indexes }: SelectedRows, name: string): readonly (PhysicalTree | null)[] {
  const values = batch.columns.get(name) ?? []
  return indexes.length === batch.length ? values : indexes.map((index) => values[index] ?? null)
}
