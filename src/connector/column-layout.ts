import { formatJson } from '../json.ts'
import { type DeltaType, renameColumns, type StructType, typeName } from '../schema/index.ts'
import type { Money } from './cast.ts'
import {
  AMOUNT_TYPE,
  type CastPolicy,
  type ColumnCast,
  knownCast,
  UNKNOWN_CAST,
  type ValuePolicy,
} from './cast-policy.ts'
import { sha256Hex } from './digest.ts'
import type { Field } from './field.ts'
import { LINEAGE_NAMES, type LineageCase, type LineageNames, lineageFields, lineageNames } from './lineage.ts'
import { resolveShape, type Shape, shapeType } from './nested-shape.ts'
import { publicFields, type SchemaDescriptor } from './schema-descriptor.ts'

/** A column of a workflow's table, and the field that its values come from. */
export type PublishedColumn = ValueColumn | ShapedColumn

interface ColumnOfField {
  readonly field: Field
  /** The field's own name, but for a number at its end where Delta, which ignores case, has it already. */
  readonly name: string
  readonly type: DeltaType
  readonly policy: CastPolicy
}

export interface ValueColumn extends ColumnOfField {
  readonly policy: ValuePolicy
  /** Of a MONEY field in two columns: which of its parts this one holds. */
  readonly part?: keyof Money
}

/** A column of structs or arrays. */
export interface ShapedColumn extends ColumnOfField {
  readonly policy: 'SHAPE_STRUCT'
  readonly shape: Shape
  readonly part?: undefined
}

/** How a workflow's rows stand in its tables. */
export interface ColumnLayout {
  readonly columns: readonly PublishedColumn[]
  /** The table: the columns, which are all nullable so that one bad run does not stop the next, then the lineage. */
  readonly schema: StructType
  /** What the columns of the lineage are called. */
  readonly lineage: LineageNames
  /** 64 hexadecimal digits: another hash, another table. */
  readonly hash: string
  /** Names of fields that are never published. */
  readonly excluded: readonly string[]
  /** The names of the columns that identify a row across runs; none when the schema declares no key. */
  readonly key: readonly string[]
  /** What a person should know: types that are not known, columns that could not keep their field's name. */
  readonly notices: readonly string[]
}

export interface LayoutOptions {
  /** MONEY as one struct, or as the columns `<field>_AMOUNT` and `<field>_CURRENCY` for tools that read no structs. */
  readonly money?: 'struct' | 'flat'
  /** OBJECT and ARRAY as JSON text, or as the struct or array that the field's shape declares, where it does so wholly. */
  readonly nested?: 'json' | 'typed'
  /** The lineage as `KADOA_RUN_ID` and so on, or as `kadoa_run_id`. */
  readonly lineage?: LineageCase
}

/**
 * The columns in which a workflow's rows are published: its public fields in their order, then the lineage.
 *
 * The hash is the SHA-256 of the JSON array of the columns, each `{"column", "type", "castPolicy", "isKey"}` in this
 * order, the type as SQL text. Fields that a transformation appends count here, for they are columns; descriptions do not.
 */
export function columnLayout(descriptor: SchemaDescriptor, options: LayoutOptions = {}): ColumnLayout {
  const fields = publicFields(descriptor).map((field) => draftColumns(field, options))
  const drafts = fields.flatMap((field) => field.columns)
  // The names of the lineage are taken already; of names that differ by case, the first in the schema's order stays.
  const names = renameColumns([...LINEAGE_NAMES, ...drafts.map(({ name }) => name)]).slice(LINEAGE_NAMES.length)
  const columns = drafts.map((draft, index) => ({ ...draft, name: names[index] ?? draft.name }))
  const key = keyOf(descriptor, columns)
  const lineage = lineageNames(options)
  return {
    columns,
    schema: { type: 'struct', fields: [...columns.map(structField), ...lineageFields(lineage)] },
    lineage,
    hash: hashOf(columns, key),
    excluded: descriptor.fields.filter((field) => field.isPrivate).map(({ name }) => name),
    key,
    notices: [
      ...fields.flatMap((field) => field.notices),
      ...drafts.flatMap((draft, index) => renamed(draft.name, columns[index]?.name)),
    ],
  }
}

/** The columns of a field, and what a person should know of them. */
interface Draft {
  readonly columns: readonly PublishedColumn[]
  readonly notices: readonly string[]
}

function draftColumns(field: Field, { money = 'struct', nested = 'json' }: LayoutOptions): Draft {
  const { name, dataType } = field
  const known = knownCast(field)
  if (known === undefined) {
    const notice = `field ${name} has the type ${JSON.stringify(dataType)}, which is not known: it is published as text`
    return { columns: [{ field, name, ...UNKNOWN_CAST }], notices: [notice] }
  }
  const { type, policy } = known
  if (policy === 'JSON_TEXT' && nested === 'typed') return draftShaped(field, { type, policy })
  if (policy !== 'MONEY_MINOR_UNITS' || money === 'struct') {
    return { columns: [{ field, name, type, policy }], notices: [] }
  }
  const amount: ValueColumn = { field, name: `${name}_AMOUNT`, type: AMOUNT_TYPE, policy, part: 'amount' }
  const currency: ValueColumn = {
    field,
    name: `${name}_CURRENCY`,
    type: { type: 'string' },
    policy,
    part: 'currencyCode',
  }
  return { columns: [amount, currency], notices: [] }
}

/** A column of structs or arrays where the field's shape declares all of it. Of a field without one there is nothing to say: most have none. */
function draftShaped(field: Field, text: ColumnCast): Draft {
  const { name } = field
  const shape = resolveShape(field)
  if (shape.kind !== 'unresolved') {
    return { columns: [{ field, name, type: shapeType(shape), policy: 'SHAPE_STRUCT', shape }], notices: [] }
  }
  const isDeclared = field.shape !== null && field.shape !== undefined
  const notices = isDeclared ? [`field ${name} is published as JSON text: ${shape.why}`] : []
  return { columns: [{ field, name, ...text }], notices }
}

/** A key of which a part is private is none: the rest of it would take different rows for the same. */
function keyOf(descriptor: SchemaDescriptor, columns: readonly PublishedColumn[]): string[] {
  if (descriptor.fields.some((field) => field.isKey && field.isPrivate)) return []
  return columns.filter(({ field }) => field.isKey).map(({ name }) => name)
}

function hashOf(columns: readonly PublishedColumn[], key: readonly string[]): string {
  return sha256Hex(
    formatJson(
      columns.map(({ name, type, policy }) => ({
        column: name,
        type: typeName(type),
        castPolicy: policy,
        isKey: key.includes(name),
      })),
    ),
  )
}

function structField({ field, name, type }: PublishedColumn): StructType['fields'][number] {
  const { description } = field
  // Readers of a log that are strict about JSON refuse half a surrogate pair.
  const metadata = typeof description === 'string' && description !== '' ? { comment: description.toWellFormed() } : {}
  return { name, type, nullable: true, metadata }
}

function renamed(wanted: string, name: string | undefined): string[] {
  if (name === undefined || name === wanted) return []
  return [`column ${wanted} is called ${name}: names of columns ignore case, and ${wanted} is taken`]
}
