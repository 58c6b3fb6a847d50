import type { DeltaType } from '../schema/index.ts'
import { currentType, type Field } from './field.ts'

/** How the values of a field become those of a column; the codes stand in the table `WORKFLOW_SCHEMA_FIELDS`. */
export type CastPolicy = ValuePolicy | 'SHAPE_STRUCT'

/** Those that look at a value alone: `SHAPE_STRUCT` looks at what the field declares too. */
export type ValuePolicy =
  | 'TO_STRING'
  | 'TRY_NUMBER'
  | 'TRY_BOOLEAN'
  | 'TRY_DATE_ISO'
  | 'TRY_TIMESTAMP_ISO_UTC'
  | 'MONEY_MINOR_UNITS'
  | 'JSON_TEXT'

export interface ColumnCast {
  readonly type: DeltaType
  readonly policy: ValuePolicy
}

/** Room for 16 digits of the smallest unit of a currency. */
export const AMOUNT_TYPE = { type: 'decimal', precision: 20, scale: 4 } as const

/** An amount in the smallest unit of its currency, as the extraction gives it: never converted. */
const MONEY_TYPE = {
  type: 'struct',
  fields: [
    { name: 'amount', type: AMOUNT_TYPE, nullable: true, metadata: {} },
    { name: 'currencyCode', type: { type: 'string' }, nullable: true, metadata: {} },
  ],
} as const satisfies DeltaType

const TEXT: ColumnCast = { type: { type: 'string' }, policy: 'TO_STRING' }
const JSON_TEXT: ColumnCast = { type: { type: 'string' }, policy: 'JSON_TEXT' }

/**
 * The types that Kadoa documents. Numbers are `double`, for that is what its JSON carries; there is no type here that
 * would raise the protocol of a table above what every recipient's client reads.
 */
const CASTS: ReadonlyMap<string, ColumnCast> = new Map<string, ColumnCast>([
  ['STRING', TEXT],
  ['CLASSIFICATION', TEXT],
  ['IMAGE', TEXT],
  ['LINK', TEXT],
  ['NUMBER', { type: { type: 'double' }, policy: 'TRY_NUMBER' }],
  ['BOOLEAN', { type: { type: 'boolean' }, policy: 'TRY_BOOLEAN' }],
  ['DATE', { type: { type: 'date' }, policy: 'TRY_DATE_ISO' }],
  ['DATETIME', { type: { type: 'timestamp' }, policy: 'TRY_TIMESTAMP_ISO_UTC' }],
  ['MONEY', { type: MONEY_TYPE, policy: 'MONEY_MINOR_UNITS' }],
  ['OBJECT', JSON_TEXT],
  ['ARRAY', JSON_TEXT],
])

/** The column of a field: its type and how values get there. Undefined for a type that is not known: text, then. */
export function knownCast(field: Field): ColumnCast | undefined {
  // The value of a classification is the label of its category, whatever type it was given.
  return CASTS.get(field.fieldType === 'CLASSIFICATION' ? 'CLASSIFICATION' : field.dataType)
}

/** The same of a value within an object or an array, by the name of its type; undefined for one that nests or is not known. */
export function castOfWord(word: string): ColumnCast | undefined {
  const cast = CASTS.get(currentType(word))
  return cast === JSON_TEXT ? undefined : cast
}

export const UNKNOWN_CAST = TEXT
