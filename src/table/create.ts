import { DeltaError } from '../errors.ts'
import {
  type Action,
  checkWritable,
  type Metadata,
  protocolFor,
  tableSchema,
  takeProperties,
  withRowTrackingColumns,
} from '../log/index.ts'
import {
  batchesOf,
  describeValue,
  formatSchema,
  type RowsBatch,
  type RowsInput,
  rowsSchema,
  type SchemaInput,
  type StructType,
} from '../schema/index.ts'
import { mapColumns } from './column-mapping.ts'
import { commitTo } from './commit.ts'
import { settledVersion } from './outcome.ts'
import { resolveSchema } from './schema-input.ts'
import type { TableContext } from './settings.ts'
import { addsOf, type StagedPart, stageBatches } from './stage.ts'
import { stageSettings } from './stage-options.ts'
import {
  committedOrDiscarded,
  countsOf,
  metricsOf,
  transactionActions,
  type WriteOptions,
  type Written,
} from './write.ts'

/** What a new table is to be. */
export interface TableDefinition {
  /** Left out: inferred from the first rows. */
  readonly schema?: SchemaInput | undefined
  readonly partitionBy?: readonly string[] | undefined
  /** Table properties, `delta.…` and others; all values are text. */
  readonly properties?: Readonly<Record<string, string>> | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
}

/**
 * Commits version 0: the table's protocol and metadata, and its first rows with them where there are some.
 * @throws {DeltaError} `already-exists` when the location holds a table.
 */
export async function createVersionZero(
  context: TableContext,
  definition: TableDefinition & { readonly schema: SchemaInput },
  batches: AsyncIterable<RowsBatch> | undefined,
  options: WriteOptions,
): Promise<Written> {
  const { store } = context
  const { properties, features } = takeProperties(definition.properties ?? {})
  const schema = resolveSchema(definition.schema, properties)
  const metadata = metadataOf(context, { ...definition, properties }, schema)
  const protocol = protocolFor(tableSchema(metadata), metadata.configuration, { features })
  checkWritable(protocol, metadata)
  const settings = stageSettings(context, metadata, options)
  const parts = batches ? [await stageBatches(batches, settings)] : []
  const actions: Action[] = [
    { protocol },
    { metaData: settings.rules.metadataAfter() ?? metadata },
    ...transactionActions(options.txn, context),
    ...parts.flatMap(addsOf).map((add) => ({ add })),
  ]
  const request = { snapshot: null, actions, ...operationOf(metadata, parts), blindAppend: true }
  return committedOrDiscarded(context, parts.flatMap(addsOf), async () => {
    const outcome = await commitTo(context, request, options.signal)
    if (outcome.outcome === 'conflict') throw alreadyThere(store.location)
    const { version } = settledVersion(outcome, store.location)
    if (outcome.outcome !== 'committed') throw alreadyThere(store.location)
    return { snapshot: outcome.snapshot, result: { version, ...countsOf(parts), skipped: false } }
  })
}

/** As {@link createVersionZero}, with the schema that its first rows have. Their source is closed, whatever happens. */
export async function createFromRows(
  context: TableContext,
  definition: TableDefinition,
  rows: RowsInput,
  options: WriteOptions,
): Promise<Written> {
  const source = batchesOf(rows)
  try {
    const { schema, notices, batches } = await rowsSchema(rows, source, options.signal)
    for (const notice of notices) context.warn(notice)
    return await createVersionZero(context, { ...definition, schema }, batches, options)
  } finally {
    await source.return(undefined)
  }
}

export function alreadyThere(location: string): DeltaError {
  return new DeltaError(
    'already-exists',
    `there is a Delta table at ${location} already: open it and append to it, or choose another location`,
  )
}

function metadataOf(context: TableContext, definition: TableDefinition, schema: StructType): Metadata {
  const partitionColumns = partitionColumnsOf(definition.partitionBy ?? [], schema)
  const mapped = mapColumns(schema, definition.properties ?? {}, context.runtime)
  return {
    id: context.runtime.uuid(),
    ...(definition.name !== undefined && { name: definition.name }),
    ...(definition.description !== undefined && { description: definition.description }),
    format: { provider: 'parquet', options: {} },
    schemaString: formatSchema(mapped.schema),
    partitionColumns,
    configuration: withRowTrackingColumns(mapped.properties, context.runtime),
    createdTime: context.runtime.now(),
  }
}

/** Partition columns that are asked for. @throws {DeltaError} `invalid-argument` for columns that cannot be, or not together. */
export function partitionColumnsOf(names: readonly string[], schema: StructType): string[] {
  if (!Array.isArray(names)) {
    throw new DeltaError('invalid-argument', `partitionBy: expected an array of names, found ${describeValue(names)}`)
  }
  const partitionColumns = names.map((name) => partitionColumn(name, schema))
  if (partitionColumns.length >= schema.fields.length) {
    throw new DeltaError(
      'invalid-argument',
      'every column is a partition column: a data file would have no column, keep at least one',
    )
  }
  if (new Set(partitionColumns).size < partitionColumns.length) {
    throw new DeltaError('invalid-argument', `a partition column is named twice: ${partitionColumns.join(', ')}`)
  }
  return partitionColumns
}

/** The column as the schema spells it. */
function partitionColumn(name: string, schema: StructType): string {
  const field = schema.fields.find((each) => each.name === name)
  if (field === undefined) {
    throw new DeltaError(
      'invalid-argument',
      `the partition column ${JSON.stringify(name)} is not in the schema: it has ${schema.fields.map((each) => each.name).join(', ')}`,
      { column: name },
    )
  }
  if (
    field.type.type === 'binary' ||
    field.type.type === 'struct' ||
    field.type.type === 'array' ||
    field.type.type === 'map'
  ) {
    throw new DeltaError(
      'invalid-argument',
      `the column ${JSON.stringify(name)} is ${field.type.type}, which cannot partition a table: choose a column of text, numbers, dates or times`,
      { column: name },
    )
  }
  return field.name
}

function operationOf(metadata: Metadata, parts: readonly StagedPart[]) {
  const operationParameters = {
    isManaged: 'false',
    ...(metadata.description !== undefined && { description: metadata.description }),
    partitionBy: JSON.stringify(metadata.partitionColumns),
    properties: JSON.stringify(metadata.configuration),
  }
  return parts.length === 0
    ? { operation: 'CREATE TABLE', operationParameters }
    : {
        operation: 'CREATE TABLE AS SELECT',
        operationParameters,
        operationMetrics: metricsOf(countsOf(parts)),
      }
}
