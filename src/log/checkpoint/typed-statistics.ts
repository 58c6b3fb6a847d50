import { isDeltaError } from '../../errors.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../json.ts'
import {
  CastError,
  fieldAt,
  hasTypeChanges,
  type LeafColumn,
  leafCaster,
  parsePartitionValue,
  physicalName,
  physicalPath,
  rowValue,
  type StructField,
  type StructType,
  setMember,
  statisticsColumns,
  statsBound,
} from '../../schema/index.ts'
import type { AddFile } from '../actions.ts'
import { clusteringColumns } from '../clustering.ts'
import { hasFeature } from '../protocol.ts'
import type { Snapshot } from '../snapshot.ts'
import { statisticsOptions } from '../statistics.ts'
import { storedField } from './fields.ts'

/** A field of `add` in a checkpoint that is made out of the action. */
export interface StatisticsField {
  readonly field: StructField
  valueIn(add: AddFile): unknown
}

/** Up to so many files typed statistics are written unasked; beyond, they take longer than all the rest of a checkpoint. */
const TYPED_FILES = 10_000

/**
 * The statistics of a checkpoint's adds, in the forms that the table wants (PROTOCOL.md "Checkpoint Schema"): JSON text as
 * commits have it, and columns of their own types under physical names, with which engines skip files without parsing
 * text. Where properties are silent, the text, and the columns as long as they are cheap, or all that there is.
 */
export function statisticsFields(snapshot: Snapshot): StatisticsField[] {
  const { configuration } = snapshot.metadata
  const { 'delta.checkpoint.writeStatsAsJson': asText = 'true', 'delta.checkpoint.writeStatsAsStruct': asStruct } =
    configuration
  const isText = asText.toLowerCase() !== 'false'
  const isTyped = (asStruct ?? String(!isText || snapshot.numFiles <= TYPED_FILES)).toLowerCase() === 'true'
  const fields: StatisticsField[] = []
  if (isText) {
    fields.push({ field: storedField('stats', { type: 'string' }), valueIn: ({ stats }) => stats })
  }
  if (isTyped) fields.push(...partitionValuesField(snapshot), statsField(snapshot))
  return fields
}

/** None for a table without partitions: a struct must have a field. */
function partitionValuesField({ schema, partitionColumns }: Snapshot): StatisticsField[] {
  const columns = partitionColumns.flatMap((name) => fieldAt(schema, [name]) ?? [])
  if (columns.length === 0) return []
  const typed = columns.map((field) => {
    const out = rowValue(field.type, { timestamps: 'micros' })
    return { key: physicalName(field), type: field.type, out }
  })
  const type: StructType = { type: 'struct', fields: typed.map(({ key, type }) => storedField(key, type)) }
  const valueIn = ({ partitionValues }: AddFile): unknown => {
    const values = {}
    for (const { key, type, out } of typed) {
      setMember(values, key, out(parsePartitionValue(type, partitionValues[key] ?? null)))
    }
    return values
  }
  return [{ field: storedField('partitionValues_parsed', type), valueIn }]
}

function statsField(snapshot: Snapshot): StatisticsField {
  const { schema, partitionColumns, protocol, metadata } = snapshot
  const stored: StructType = {
    type: 'struct',
    fields: schema.fields.filter(({ name }) => !partitionColumns.includes(name)),
  }
  const options = { ...statisticsOptions(metadata.configuration), required: clusteringColumns(snapshot) }
  const columns = statisticsColumns(stored, options).filter(({ type }) => type.type !== 'void')
  const bounded = columns.filter(({ type }) => BOUNDED.has(type.type))
  const bounds = (side: 'min' | 'max'): Branch => treeOf(bounded, schema, (column) => boundLeaf(column, schema, side))
  const members: Branch = new Map<string, Branch | Leaf>([['numRecords', COUNT]])
  plantBranch(members, 'minValues', bounds('min'))
  plantBranch(members, 'maxValues', bounds('max'))
  plantBranch(
    members,
    'nullCount',
    treeOf(columns, schema, () => COUNT),
  )
  if (hasFeature(protocol, 'deletionVectors')) members.set('tightBounds', FLAG)
  const read = structReader(members)
  return {
    field: storedField('stats_parsed', structOf(members)),
    valueIn: ({ stats }) => read(parsedStats(stats)),
  }
}

/** The types that have bounds in Spark's columns. */
const BOUNDED: ReadonlySet<string> = new Set([
  ...['byte', 'short', 'integer', 'long', 'float', 'double', 'decimal'],
  ...['string', 'date', 'timestamp', 'timestamp_ntz'],
])

/** One value of the statistics, and what it is made of. */
interface Leaf {
  readonly type: LeafColumn['type']
  read(value: JsonValue | undefined): unknown
}

/** Fields of a struct. A Map, because a column may be called `__proto__`. */
type Branch = Map<string, Branch | Leaf>

const COUNT: Leaf = {
  type: { type: 'long' },
  read: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined),
}
const FLAG: Leaf = { type: { type: 'boolean' }, read: (value) => (typeof value === 'boolean' ? value : undefined) }

/** A bound that the column's type cannot hold, or that says nothing certain (NaN, the infinities), is left out. */
function boundLeaf({ path, type }: LeafColumn, schema: StructType, side: 'min' | 'max'): Leaf {
  const field = fieldAt(schema, path) ?? storedField('', type)
  const out = rowValue(type, { timestamps: 'micros' })
  const cast = leafCaster(type)
  const isPlain = hasTypeChanges({ type: 'struct', fields: [field] }) ? () => false : plainBound(type.type)
  return {
    type,
    read(value) {
      if (value === undefined) return undefined
      if (isPlain(value) && fits(cast, value)) return value
      const bound = statsBound(field, value, side, true)
      if (bound === undefined || (typeof bound === 'number' && !Number.isFinite(bound))) return undefined
      const shown = out(bound)
      return fits(cast, shown) ? shown : undefined
    },
  }
}

/** Tells the texts and numbers of JSON that are, as they stand, values of a column of this type: nearly all of them. */
function plainBound(type: string): (value: JsonValue) => boolean {
  if (type === 'string' || type === 'date') return (value) => typeof value === 'string'
  // A maximum of milliseconds reaches up to the next one.
  if (type === 'timestamp' || type === 'timestamp_ntz') return () => false
  return (value) => typeof value === 'number' && Number.isFinite(value)
}

function fits(cast: (value: unknown) => unknown, value: unknown): boolean {
  try {
    cast(value)
    return true
  } catch (error) {
    if (error instanceof CastError) return false
    throw error
  }
}

function treeOf(columns: readonly LeafColumn[], schema: StructType, leaf: (column: LeafColumn) => Leaf): Branch {
  const root: Branch = new Map()
  for (const column of columns) {
    const path = physicalPath(schema, column.path)
    let branch = root
    for (const name of path.slice(0, -1)) {
      const next = branch.get(name)
      const inner: Branch = next instanceof Map ? next : new Map()
      branch.set(name, inner)
      branch = inner
    }
    branch.set(path.at(-1) ?? '', leaf(column))
  }
  return root
}

/** Parquet has no struct without a field. */
function plantBranch(members: Branch, name: string, branch: Branch): void {
  if (branch.size > 0) members.set(name, branch)
}

function structOf(branch: Branch): StructType {
  const fields = Array.from(branch, ([name, member]) => {
    return storedField(name, member instanceof Map ? structOf(member) : member.type)
  })
  return { type: 'struct', fields }
}

/** Reads a struct of these members; every value has all of them, so that all are of one shape. */
function structReader(branch: Branch): (json: JsonValue | undefined) => unknown {
  const readers = Array.from(branch, ([name, member]) => {
    return { name, read: member instanceof Map ? structReader(member) : member.read }
  })
  return (json) => {
    if (!isJsonObject(json)) return undefined
    const values = {}
    for (const { name, read } of readers)
      setMember(values, name, read(Object.hasOwn(json, name) ? json[name] : undefined))
    return values
  }
}

/** Statistics only ever save work: what cannot be understood is left out. */
function parsedStats(text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined
  try {
    const json = parseJson(text, 'stats')
    return isJsonObject(json) ? json : undefined
  } catch (error) {
    if (isDeltaError(error, 'invalid-data')) return undefined
    throw error
  }
}
