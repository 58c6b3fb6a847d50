import { INT64_MAX, INT64_MIN, narrowInteger } from './integer.ts'
import type { StructField, StructType } from './types.ts'

/** A column whose values the writers of a table count up, or down (PROTOCOL.md "Identity Columns"). */
export interface IdentityColumn {
  readonly name: string
  /** The value of the first row. */
  readonly start: bigint
  /** What the next value adds; negative to count down, never 0. */
  readonly step: bigint
  /** The value given out last; none before the first. */
  readonly highWaterMark?: bigint
  /** Whether a row may bring a value of its own. The mark does not move then, as in Spark. */
  readonly allowExplicitInsert: boolean
}

/** Keys of a field's metadata. */
const PREFIX = 'delta.identity.'
const START = `${PREFIX}start`
const STEP = `${PREFIX}step`
const HIGH_WATER_MARK = `${PREFIX}highWaterMark`
const ALLOW_EXPLICIT_INSERT = `${PREFIX}allowExplicitInsert`
const KNOWN: readonly string[] = [START, STEP, HIGH_WATER_MARK, ALLOW_EXPLICIT_INSERT]

/** Whether any metadata of a field is about identity values. */
export function hasIdentity({ metadata }: StructField): boolean {
  return Object.keys(metadata).some((key) => key.startsWith(PREFIX))
}

/** The identity columns of a table, which are never inside others. What says no sequence of 64 bits is left out. */
export function identityColumns(schema: StructType): IdentityColumn[] {
  return schema.fields.filter(hasIdentity).flatMap((field) => identityColumn(field) ?? [])
}

/** A field's sequence; undefined where its metadata says none that we know how to go on with. */
export function identityColumn({ name, type, metadata }: StructField): IdentityColumn | undefined {
  const isKnown = Object.keys(metadata).every((key) => !key.startsWith(PREFIX) || KNOWN.includes(key))
  const [start, step] = [int64Of(metadata[START]), int64Of(metadata[STEP])]
  const allowExplicitInsert = metadata[ALLOW_EXPLICIT_INSERT]
  if (type.type !== 'long' || !isKnown || start === undefined || step === undefined || step === 0n) return undefined
  if (typeof allowExplicitInsert !== 'boolean') return undefined
  const column = { name, start, step, allowExplicitInsert }
  if (!Object.hasOwn(metadata, HIGH_WATER_MARK)) return column
  const highWaterMark = int64Of(metadata[HIGH_WATER_MARK])
  // A mark beside the sequence: Spark gives up on one, and any value after it would be a guess.
  if (highWaterMark === undefined || (highWaterMark - start) % step !== 0n) return undefined
  return { ...column, highWaterMark }
}

/** The schema after values were given out: by column, the last one. */
export function withHighWaterMarks(schema: StructType, marks: ReadonlyMap<string, bigint>): StructType {
  const fields = schema.fields.map((field): StructField => {
    const mark = marks.get(field.name)
    if (mark === undefined) return field
    return { ...field, metadata: { ...field.metadata, [HIGH_WATER_MARK]: narrowInteger(mark) } }
  })
  return { ...schema, fields }
}

/** The schema as it was before any value was given out: so schemas compare that differ in nothing but that. */
export function withoutHighWaterMarks(schema: StructType): StructType {
  const fields = schema.fields.map((field): StructField => {
    const { [HIGH_WATER_MARK]: _, ...metadata } = field.metadata
    return { ...field, metadata }
  })
  return { ...schema, fields }
}

function int64Of(value: unknown): bigint | undefined {
  const integer =
    typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value as number | bigint) : undefined
  return integer !== undefined && integer >= INT64_MIN && integer <= INT64_MAX ? integer : undefined
}
