import { z } from 'zod'
import { python } from './python.ts'
import { SHARE } from './sharing.ts'

/** One reading of a table by the official Python client: the options are those of its `load_as_pandas`. */
export type Reading = {
  /** `table` in the schema `shop`, or `schema.table`. */
  readonly table: string
  /** Default: the client asks the server. */
  readonly use_delta_format?: boolean
  readonly limit?: number
  readonly version?: number
  readonly timestamp?: string
  readonly jsonPredicateHints?: string
  readonly convert_in_batches?: boolean
}

/** One range of a table's changes: the options are those of its `load_table_changes_as_pandas`. */
export type ChangesReading = {
  readonly table: string
  readonly use_delta_format: boolean
  readonly starting_version?: number
  readonly ending_version?: number
  readonly starting_timestamp?: string
  readonly ending_timestamp?: string
}

/** A pandas frame, as `frames.py` describes it. */
export const frame = z.object({ columns: z.array(z.string()), rows: z.array(z.record(z.string(), z.unknown())) })
const found = z.union([z.string(), frame])

/** A frame, or the client's reason why there is none. */
export type Found = z.infer<typeof found>

/** What the client finds by each reading, in their order. */
export async function clientReads(profile: string, readings: readonly Reading[]): Promise<Found[]> {
  return z.array(found).parse(await python('shares', 'load_each', { profile, readings: readings.map(named) }))
}

export async function clientReadsChanges(profile: string, ranges: readonly ChangesReading[]): Promise<Found[]> {
  return z.array(found).parse(await python('changes', 'load_each', { profile, ranges: ranges.map(named) }))
}

/** The frame of a reading that must succeed. */
export function frameOf(found: Found | undefined): z.infer<typeof frame> {
  return frame.parse(found)
}

function named<R extends { readonly table: string }>(reading: R) {
  const { table } = reading
  return { ...reading, table: `${SHARE}.${table.includes('.') ? table : `shop.${table}`}` }
}

/** Rows of the client and of ours in one form and in an order that follows from them, to compare them. */
export function inOneForm(rows: readonly Readonly<Record<string, unknown>>[], format: 'parquet' | 'delta'): string[] {
  return rows.map((row) => JSON.stringify(comparable(row, format))).sort()
}

/** The form that `frames.py` describes, columns by name. */
function comparable(value: unknown, format: 'parquet' | 'delta'): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Map) return [...value].map(([key, each]) => comparable({ key, value: each }, format))
  if (Array.isArray(value)) return value.map((each) => comparable(each, format))
  if (typeof value === 'bigint') return Number(value)
  // Their frames have no zone in columns of INT96 and in partitions when they are read from this format; the instants are UTC.
  if (typeof value === 'string' && format === 'parquet') return value.replace(/(T\d\d:\d\d:\d\d\.\d{6})Z$/, '$1')
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, each]) => [name, comparable(each, format)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
