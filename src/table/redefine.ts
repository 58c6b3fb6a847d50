import { DeltaError } from '../errors.ts'
import {
  checkWritable,
  clusteringColumns,
  type Metadata,
  type Protocol,
  protocolFor,
  type Snapshot,
  tableSchema,
} from '../log/index.ts'
import {
  formatSchema,
  type SchemaInput,
  type StructType,
  withoutColumnMapping,
  withoutHighWaterMarks,
} from '../schema/index.ts'
import { mapColumns } from './column-mapping.ts'
import { partitionColumnsOf } from './create.ts'
import { resolveSchema } from './schema-input.ts'
import type { TableContext } from './settings.ts'

/** What a table is to be from now on; only a write that replaces all of its rows may say so. */
export interface NewDefinition {
  /** The schema that the table gets. */
  readonly schema?: SchemaInput | undefined
  /** With `schema`: the partition columns that the table gets; those that it has unless said. */
  readonly partitionBy?: readonly string[] | undefined
}

/** What changes of a table; nothing where it is that already. */
export interface Redefinition {
  readonly metadata?: Metadata | undefined
  readonly protocol?: Protocol | undefined
}

/**
 * What a table becomes, where another schema is asked for. Its protocol rises as the schema needs, and never falls.
 * @throws {DeltaError} `invalid-argument` for a schema without the partition columns; `unsupported` for a table that is
 * clustered by columns of the schema that goes.
 */
export function redefined(
  context: TableContext,
  snapshot: Snapshot,
  { schema: input, partitionBy }: NewDefinition,
): Redefinition {
  if (input === undefined) {
    if (partitionBy === undefined) return {}
    throw new DeltaError('invalid-argument', 'partitionBy: give the schema of the table with it')
  }
  const { metadata: before, protocol } = snapshot
  const resolved = resolveSchema(input, before.configuration)
  const partitionColumns = partitionColumnsOf(partitionBy ?? before.partitionColumns, resolved)
  if (isSame(resolved, partitionColumns, snapshot)) return {}
  if (clusteringColumns(snapshot).length > 0) {
    const message = `${snapshot.location} is clustered by columns of its schema, which cannot be replaced: overwrite its rows only`
    throw new DeltaError('unsupported', message, { feature: 'clustering' })
  }
  const mapped = mapColumns(resolved, before.configuration, context.runtime)
  const metadata: Metadata = {
    ...before,
    schemaString: formatSchema(mapped.schema),
    partitionColumns,
    configuration: mapped.properties,
  }
  const raised = protocolFor(tableSchema(metadata), metadata.configuration, { before: protocol })
  checkWritable(raised, metadata, context.store.location)
  return { metadata, protocol: raised === protocol ? undefined : raised }
}

function isSame(schema: StructType, partitionColumns: readonly string[], snapshot: Snapshot): boolean {
  if (partitionColumns.join('\0') !== snapshot.partitionColumns.join('\0')) return false
  const [now, before] = [schema, snapshot.schema].map((each) => {
    return formatSchema(withoutHighWaterMarks(withoutColumnMapping(each)))
  })
  return now === before
}
