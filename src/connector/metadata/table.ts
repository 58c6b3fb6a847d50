import { DeltaError } from '../../errors.ts'
import {
  CastError,
  caster,
  compareUtf8,
  type DeltaType,
  describeValue,
  type Row,
  type StructType,
} from '../../schema/index.ts'
import type { MetadataTable } from '../table-name.ts'

/** What a row of a metadata table holds, by the type of the column. Timestamps are text, `2026-01-02T03:04:05.123456Z`. */
interface Values {
  readonly string: string
  readonly int: number
  readonly long: number
  readonly boolean: boolean
  readonly timestamp: string
  readonly 'array<string>': readonly string[]
}

type Type = keyof Values

/** Columns in their order, each with its type in SQL; with `!` it is never null. */
export type Columns = { readonly [name: string]: Type | `${Type}!` }

export type RowOf<C extends Columns> = {
  readonly [Name in keyof C]: C[Name] extends `${infer T extends Type}!`
    ? Values[T]
    : C[Name] extends Type
      ? Values[C[Name]] | null
      : never
}

/** A table of the share that tells about the others: its columns, what tells its rows apart, and how a row is read. */
export interface TableKind<R extends Row = Row> {
  readonly name: MetadataTable
  readonly schema: StructType
  /** The columns that identify a row. */
  readonly key: readonly string[]
  /** @throws {DeltaError} `invalid-data` for a row that the schema does not allow. */
  parse(row: Row): R
  /** @throws {DeltaError} `invalid-argument` for a row that the columns cannot take. */
  check(row: R): void
  /** The order in which rows are written. */
  compare(a: R, b: R): number
}

const TYPES: { readonly [T in Type]: DeltaType } = {
  string: { type: 'string' },
  int: { type: 'integer' },
  long: { type: 'long' },
  boolean: { type: 'boolean' },
  timestamp: { type: 'timestamp' },
  'array<string>': { type: 'array', elementType: { type: 'string' }, containsNull: false },
}

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => typeof value === 'number'

const CHECKS: { readonly [T in Type]: (value: unknown) => boolean } = {
  string: isText,
  int: isNumber,
  long: isNumber,
  boolean: (value) => typeof value === 'boolean',
  timestamp: isText,
  'array<string>': (value) => Array.isArray(value) && value.every(isText),
}

interface Column {
  readonly name: string
  readonly type: Type
  readonly nullable: boolean
}

/** @param order the columns that rows are ordered by; those of the key unless said. */
export function tableKind<const C extends Columns>(
  name: MetadataTable,
  columns: C,
  key: readonly (keyof C & string)[],
  order: readonly (keyof C & string)[] = key,
): TableKind<RowOf<C>> {
  const list = Object.entries(columns).map(columnOf)
  const casts = list.map(({ name: column, type }) => ({ column, cast: caster(TYPES[type]) }))
  const fault = (row: Row): Column | undefined => list.find((column) => !fits(column, row[column.name]))
  const isRow = (row: Row): row is RowOf<C> => fault(row) === undefined
  return {
    name,
    schema: {
      type: 'struct',
      fields: list.map((column) => ({
        name: column.name,
        type: TYPES[column.type],
        nullable: column.nullable,
        metadata: {},
      })),
    },
    key,
    parse(row) {
      if (isRow(row)) return row
      throw unfit(name, fault(row), row)
    },
    check(row) {
      for (const { column, cast } of casts) {
        try {
          cast(row[column])
        } catch (error) {
          throw error instanceof CastError ? untold(name, column, error) : error
        }
      }
    },
    compare: (a, b) => compareBy(order, a, b),
  }
}

function columnOf([name, notation]: readonly [string, Type | `${Type}!`]): Column {
  const type = Object.keys(TYPES).find((each): each is Type => each === notation.replace('!', ''))
  return { name, type: type ?? 'string', nullable: !notation.endsWith('!') }
}

function fits({ type, nullable }: Column, value: unknown): boolean {
  return value === null ? nullable : CHECKS[type](value)
}

function compareBy(columns: readonly string[], a: Row, b: Row): number {
  for (const column of columns) {
    const order = compareValues(a[column], b[column])
    if (order !== 0) return order
  }
  return 0
}

function compareValues(a: unknown, b: unknown): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareUtf8(String(a), String(b))
}

function unfit(name: MetadataTable, column: Column | undefined, row: Row): DeltaError {
  const { name: place = '', type = '' } = column ?? {}
  return new DeltaError(
    'invalid-data',
    `a row of ${name} cannot be read: ${place} should be ${type}, found ${describeValue(row[place])}; the table was written by somebody else`,
    { column: place },
  )
}

function untold(name: MetadataTable, column: string, { message }: CastError): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `a row of ${name} cannot be written: ${column}: ${message}; correct what is said of the run, and deliver it again`,
    { column, blame: 'kadoa' },
  )
}
