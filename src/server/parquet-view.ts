import { hasChangeFeed } from '../log/index.ts'
import { formatSchema, mapFields, type StructType } from '../schema/index.ts'
import type { ParquetMetadata, SharedTableFacts } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'

/**
 * The metadata of a table as `responseformat=parquet` tells it. Properties and field metadata stay inside: they may tell
 * of things that are not shared. Comments are for readers.
 * @param history whether the recipient may ask for changes, and so wants to know whether there are any.
 */
export function parquetMetadata(
  { metadata, schema, partitionColumns }: Pick<LoadedTable, 'metadata' | 'schema' | 'partitionColumns'>,
  { history, facts }: { readonly history: boolean; readonly facts: SharedTableFacts },
): ParquetMetadata {
  return {
    id: metadata.id,
    name: metadata.name,
    description: metadata.description,
    format: { provider: 'parquet' },
    schemaString: plainSchema(schema),
    partitionColumns,
    configuration: history && hasChangeFeed(metadata) ? { enableChangeDataFeed: 'true' } : {},
    ...facts,
  }
}

/** A schema may have thousands of columns, and every answer about a version tells it. */
const texts = new WeakMap<StructType, string>()

function plainSchema(schema: StructType): string {
  const known = texts.get(schema)
  if (known !== undefined) return known
  const text = formatSchema(
    mapFields(schema, (field) => {
      const { comment } = field.metadata
      return { ...field, metadata: comment === undefined ? {} : { comment } }
    }),
  )
  texts.set(schema, text)
  return text
}
