import type { Metadata } from '../log/index.ts'
import type { Runtime } from '../runtime.ts'
import { batchesOf, formatSchema, type RowsInput, type SchemaInput } from '../schema/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { resolveSchema } from './schema-input.ts'
import { tableContext } from './settings.ts'
import { type StagedPart, stageBatches } from './stage.ts'
import { type StageOptions, stageSettings } from './stage-options.ts'

/** Where rows are staged for a table elsewhere, and what its columns are. */
export interface StageRowsOptions extends StageOptions {
  readonly store: ObjectStore
  readonly schema: SchemaInput
  readonly runtime?: Runtime
}

/**
 * Writes rows into data files beside any table, which may not be there yet: its schema must be this one when they are
 * committed, comments apart, and it may have neither partitions nor constraints. Until then the files lie in a store of
 * the caller's; copied into the table's under the same keys, they can be committed.
 * @throws {DeltaError} `invalid-argument` naming row and column of a value that does not fit; then nothing is left behind.
 */
export async function stageRows(rows: RowsInput, options: StageRowsOptions): Promise<StagedPart> {
  const { store, schema, runtime, ...stage } = options
  const context = await tableContext(store.location, { store, ...(runtime && { runtime }) })
  const metadata: Metadata = {
    id: context.runtime.uuid(),
    format: { provider: 'parquet', options: {} },
    schemaString: formatSchema(resolveSchema(schema, {})),
    partitionColumns: [],
    configuration: {},
  }
  return stageBatches(batchesOf(rows), stageSettings(context, metadata, stage))
}
