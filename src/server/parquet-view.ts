import { DeltaError } from '../errors.ts'
import {
  type DeltaType,
  formatSchema,
  hasColumnMapping,
  hasTypeChanges,
  mapFields,
  type StructType,
} from '../schema/index.ts'
import type { ParquetMetadata } from '../wire/index.ts'
import type { LoadedTable } from './loaded-table.ts'

/** Types that `responseformat=parquet` has no word for; clients that know them ask for `delta`. */
const UNKNOWN_TYPES = ['timestamp_ntz', 'variant']

/**
 * A table as `responseformat=parquet` tells it, checked once: everything in it can be expressed in that format.
 * @throws {DeltaError} `unsupported` naming the feature that stands in the way.
 */
export function parquetView(table: LoadedTable): ParquetMetadata {
  const known = views.get(table)
  if (known !== undefined) return known
  const { schema } = table
  const unknown = UNKNOWN_TYPES.find((type) => holdsType(schema, type))
  if (unknown !== undefined) throw needsDelta(unknown === 'variant' ? 'variantType' : 'timestampNtz')
  // Clients of this format look for columns by the names in the schema, and for the types in the schema.
  if (hasColumnMapping(schema)) throw needsDelta('columnMapping')
  if (hasTypeChanges(schema)) throw needsDelta('typeWidening')
  // A vector dropped in silence would bring deleted rows back.
  if (table.mayHaveDeletionVectors()) throw needsDelta('deletionVectors')
  const view = metadataLine(table)
  views.set(table, view)
  return view
}

const views = new WeakMap<LoadedTable, ParquetMetadata>()

/** Properties and field metadata stay inside: they may tell of things that are not shared. Comments are for readers. */
function metadataLine({ metadata, schema, partitionColumns, sizeInBytes, numFiles }: LoadedTable): ParquetMetadata {
  return {
    id: metadata.id,
    name: metadata.name,
    description: metadata.description,
    format: { provider: 'parquet' },
    schemaString: formatSchema(onlyComments(schema)),
    partitionColumns,
    configuration: {},
    size: sizeInBytes,
    numFiles,
  }
}

function onlyComments(schema: StructType): StructType {
  return mapFields(schema, (field) => {
    const { comment } = field.metadata
    return { ...field, metadata: comment === undefined ? {} : { comment } }
  })
}

function holdsType(type: DeltaType, wanted: string): boolean {
  switch (type.type) {
    case 'struct':
      return type.fields.some((field) => holdsType(field.type, wanted))
    case 'array':
      return holdsType(type.elementType, wanted)
    case 'map':
      return holdsType(type.keyType, wanted) || holdsType(type.valueType, wanted)
    default:
      return type.type === wanted
  }
}

function needsDelta(feature: string): DeltaError {
  return new DeltaError('unsupported', `responseformat=parquet cannot express the table feature ${feature}`, {
    feature,
  })
}
