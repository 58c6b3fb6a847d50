import { DeltaError } from '../errors.ts'
import type { Snapshot } from '../log/index.ts'
import {
  type DeltaType,
  formatSchema,
  hasColumnMapping,
  hasTypeChanges,
  mapFields,
  type StructType,
} from '../schema/index.ts'
import type { MetadataLine } from '../wire/index.ts'
import { dataKey } from './data-key.ts'

/** Types that `responseformat=parquet` has no word for; clients that know them ask for `delta`. */
const UNKNOWN_TYPES = ['timestamp_ntz', 'variant']

/**
 * A snapshot as `responseformat=parquet` tells it, checked once: everything in it can be expressed in that format, and
 * every data file lies in the table.
 * @throws {DeltaError} `unsupported` naming the feature that stands in the way; `invalid-data` for a path that leads out.
 */
export function parquetView(snapshot: Snapshot): MetadataLine {
  const known = views.get(snapshot)
  if (known !== undefined) return known
  const { schema } = snapshot
  const unknown = UNKNOWN_TYPES.find((type) => holdsType(schema, type))
  if (unknown !== undefined) throw needsDelta(unknown === 'variant' ? 'variantType' : 'timestampNtz')
  // Clients of this format look for columns by the names in the schema, and for the types in the schema.
  if (hasColumnMapping(schema)) throw needsDelta('columnMapping')
  if (hasTypeChanges(schema)) throw needsDelta('typeWidening')
  for (const file of snapshot.files()) {
    // A vector dropped in silence would bring deleted rows back.
    if (file.deletionVector !== undefined) throw needsDelta('deletionVectors')
    dataKey(file)
  }
  const view = metadataLine(snapshot)
  views.set(snapshot, view)
  return view
}

const views = new WeakMap<Snapshot, MetadataLine>()

/** Properties and field metadata stay inside: they may tell of things that are not shared. Comments are for readers. */
function metadataLine({ metadata, schema, partitionColumns, sizeInBytes, numFiles }: Snapshot): MetadataLine {
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
