import { DeltaError, throwIfAborted } from '../errors.ts'
import {
  type AddFile,
  checkWritable,
  clusteringColumns,
  type Metadata,
  type Protocol,
  protocolFor,
  type Snapshot,
  tableSchema,
} from '../log/index.ts'
import type { RowNumber } from '../parquet/index.ts'
import { formatSql } from '../predicate/index.ts'
import {
  batchesOf,
  formatSchema,
  lengthOf,
  piecesOf,
  type RowsInput,
  type SchemaInput,
  type StructType,
  withoutColumnMapping,
  withoutHighWaterMarks,
} from '../schema/index.ts'
import { constraintsCheck, type RowsCheck } from './check-constraints.ts'
import { mapColumns } from './column-mapping.ts'
import { bytesOf, metrics, rewritten } from './commit-rewrite.ts'
import { partitionColumnsOf } from './create.ts'
import { Filter } from './filter.ts'
import { rowsIn } from './info.ts'
import type { RewriteResult } from './outcome.ts'
import { Rewriter } from './rewriter.ts'
import { resolveSchema } from './schema-input.ts'
import type { TableContext } from './settings.ts'
import type { StageSettings } from './stage.ts'
import { stageSettings } from './stage-options.ts'
import type { WriteOptions, Written } from './write.ts'

export interface OverwriteOptions extends WriteOptions {
  /** Only rows that pass are replaced, and all new rows must pass: `{ country: 'DE' }`. The whole table without it. */
  readonly where?: object | undefined
  /** The schema that the table gets, with the whole of its rows. */
  readonly schema?: SchemaInput | undefined
  /** With `schema`: its partition columns from now on; those that it has unless said. */
  readonly partitionBy?: readonly string[] | undefined
}

/**
 * Replaces the rows that pass a filter, or all, by new ones, in one commit.
 * @throws {DeltaError} as {@link rewritten}; `invalid-argument` for a new row that does not pass.
 */
export async function overwrite(
  context: TableContext,
  snapshot: Snapshot,
  rows: RowsInput,
  options: OverwriteOptions,
): Promise<Written<RewriteResult>> {
  checkWritable(snapshot.protocol, snapshot.metadata, context.store.location)
  const definition = definitionAfter(context, snapshot, options)
  const { metadata = snapshot.metadata, protocol } = definition
  const filter = new Filter(snapshot, options.where)
  const settings = stageSettings(context, metadata, options, clusteringColumns(snapshot))
  return rewritten(context, snapshot, options, async () => {
    const rewriter = new Rewriter(context, snapshot, settings)
    const { counts } = rewriter
    const { adds, changeFiles } = await rewriter.run(async () => {
      const { whole, others } = filter.files()
      // Without a filter files go unread, however many rows they have.
      if (filter.predicate) await rewriter.delete(whole, others, filter.change())
      await insertAll(rewriter, rows, settings, filterCheck(filter, settings))
    })
    const removed = filter.predicate ? rewriter.removed : [...snapshot.files()]
    const deleted = filter.predicate ? counts.deleted : rowsOf(removed, snapshot)
    return {
      rewrite: {
        protocol,
        metadata: settings.rules.metadataAfter() ?? definition.metadata,
        removed,
        adds,
        changeFiles,
        counts: { ...counts, deleted },
        rows: counts.inserted,
        reads: filter.mayPass,
      },
      operation: {
        operation: 'WRITE',
        operationParameters: {
          mode: 'Overwrite',
          partitionBy: JSON.stringify(metadata.partitionColumns),
          ...(filter.predicate && { predicate: filter.text() }),
        },
        operationMetrics: metrics({
          numFiles: adds.length,
          numOutputRows: counts.inserted + counts.copied,
          numOutputBytes: bytesOf(adds),
          numRemovedFiles: removed.length,
          numRemovedBytes: bytesOf(removed),
          numDeletedRows: deleted,
          numCopiedRows: counts.copied,
          numAddedChangeFiles: changeFiles.length,
        }),
      },
    }
  })
}

async function insertAll(
  rewriter: Rewriter,
  rows: RowsInput,
  { rules, signal }: StageSettings,
  check: RowsCheck,
): Promise<void> {
  let firstRow = 1
  for await (const batch of batchesOf(rows)) {
    for (const piece of piecesOf(batch)) {
      throwIfAborted(signal)
      const first = firstRow
      const rowNumber: RowNumber = (index) => first + index
      const filled = rules.apply(piece, rowNumber)
      check(filled, rowNumber)
      await rewriter.insert(filled, rowNumber)
      firstRow += lengthOf(piece)
    }
  }
}

/** New rows outside the filter would stand beside rows that it did not replace, and be there twice after the next time. */
function filterCheck({ predicate }: Filter, { schema }: StageSettings): RowsCheck {
  if (predicate === undefined) return () => {}
  const filter = { name: 'the filter of the overwrite', expression: formatSql(predicate), predicate }
  return constraintsCheck([filter], schema)
}

function rowsOf(files: readonly AddFile[], { schema }: Snapshot): number | null {
  let sum = 0
  for (const file of files) {
    const rows = rowsIn(file, schema)
    if (rows === null) return null
    sum += rows
  }
  return sum
}

interface Definition {
  readonly metadata?: Metadata | undefined
  readonly protocol?: Protocol | undefined
}

/**
 * What the table becomes, where another schema is asked for. Its protocol rises as the schema needs, and never falls.
 * @throws {DeltaError} `invalid-argument` for a schema without the partition columns, or with rows that stay;
 * `unsupported` for a table that is clustered by columns of the schema that goes.
 */
function definitionAfter(context: TableContext, snapshot: Snapshot, options: OverwriteOptions): Definition {
  const { schema: input, partitionBy, where } = options
  if (input === undefined && partitionBy === undefined) return {}
  if (input === undefined || where !== undefined) {
    const [given, reason] =
      input === undefined
        ? ['partitionBy', 'with a schema']
        : ['schema', 'without where: rows that stay have the schema that is']
    throw new DeltaError('invalid-argument', `${given}: can only be given ${reason}`)
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
