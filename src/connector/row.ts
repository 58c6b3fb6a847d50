import { DeltaError } from '../errors.ts'
import { formatJson } from '../json.ts'
import { describeValue, type Members, memberReader, type Row } from '../schema/index.ts'
import { type CastResult, castValue, type Money } from './cast.ts'
import type { ColumnLayout, ShapedColumn, ValueColumn } from './column-layout.ts'
import { sha256Hex } from './digest.ts'
import { lineageOf } from './lineage.ts'
import { isObject, isPrivateName } from './public-json.ts'
import type { Run } from './run.ts'
import { type PartProblem, shapeCaster } from './shape-cast.ts'

/** A row as its table takes it, and what is to be said of it. */
export interface PublishedRow {
  readonly row: Row
  /** One for each value that did not come in as it was; of a typed column one for each kind. */
  readonly problems: readonly ColumnProblem[]
  /** Keys of the row, and paths of members of typed columns, that are neither private nor declared: left out. */
  readonly extraFields: readonly string[]
}

export interface ColumnProblem extends PartProblem {
  readonly column: string
}

/**
 * The function that makes rows of a run ready for their table: private keys dropped at every depth, each value cast by
 * its column's policy, the lineage added. `index` is the place of the row in the run, from 0.
 *
 * No row is lost to a bad value: it becomes null, and says so. A key that is absent is null and no problem.
 * @throws {DeltaError} from the function, `invalid-argument` for a row that is no object.
 */
export function rowCaster(layout: ColumnLayout, run: Run): (row: unknown, index: number) => PublishedRow {
  const { lineage } = layout
  const columns = layout.columns.filter((column) => column.policy !== 'SHAPE_STRUCT').map(columnCaster)
  const shaped = layout.columns.filter((column) => column.policy === 'SHAPE_STRUCT').map(shapedCaster)
  const fields = new Set([...layout.columns.map(({ field }) => field.name), ...layout.excluded])
  // Every row is a copy of this one with its own values put in: all are of one shape, which is what makes objects fast.
  const blank = { ...Object.fromEntries(layout.columns.map(({ name }) => [name, null])), ...lineageOf(run, lineage) }
  return (given, index) => {
    if (!isObject(given)) throw noObject(run, given, index)
    const row: Record<string, unknown> = { ...blank }
    let problems: ColumnProblem[] | undefined
    for (const { name, read, cast } of columns) {
      const member = read(given)
      if (member === undefined || member === null) continue
      const { value, problem } = cast(member)
      row[name] = value
      if (problem === undefined) continue
      problems ??= []
      problems.push({ column: name, problem, found: describeValue(member) })
    }
    let extraFields = extraFieldsOf(given, fields)
    for (const { name, read, cast } of shaped) {
      const member = read(given)
      if (member === undefined || member === null) continue
      const parts = cast(member)
      row[name] = parts.value
      if (parts.problems.length > 0) {
        problems ??= []
        problems.push(...parts.problems.map((each) => ({ column: name, ...each })))
      }
      if (parts.extraFields.length > 0) extraFields = [...extraFields, ...parts.extraFields]
    }
    row[lineage.KADOA_ROW_INDEX] = index
    row[lineage.KADOA_ROW_KEY] = rowKey(layout, row)
    return { row, problems: problems ?? NONE, extraFields }
  }
}

/** Most rows have nothing to be said of them. */
const NONE: readonly never[] = []

/** How a column gets its value from a row as it came. */
interface ColumnCaster {
  readonly name: string
  readonly read: (row: Members) => unknown
  readonly cast: (value: unknown) => CastResult
}

function shapedCaster({ name, field, shape }: ShapedColumn) {
  return { name, read: memberReader(field.name), cast: shapeCaster(shape, field.name) }
}

function columnCaster({ name, field, policy, part }: ValueColumn): ColumnCaster {
  const read = memberReader(field.name)
  if (part === undefined) return { name, read, cast: (value) => castValue(policy, value) }
  return { name, read, cast: (value) => partOf(castValue(policy, value), part) }
}

/** What is to be said of a MONEY value is said once: no money, of the amount; ill-formed, of the currency. */
function partOf({ value, problem }: CastResult, part: keyof Money): CastResult {
  const own = isObject(value) ? (value[part] ?? null) : value
  const isOwn = (problem === 'CAST_FAILED') === (part === 'amount')
  return problem === undefined || !isOwn ? { value: own } : { value: own, problem }
}

function extraFieldsOf(row: Members, fields: ReadonlySet<string>): readonly string[] {
  let extra: string[] | undefined
  for (const name of Object.keys(row)) {
    if (fields.has(name) || isPrivateName(name)) continue
    extra ??= []
    extra.push(name)
  }
  return extra ?? NONE
}

/**
 * Identifies a row across runs: SHA-256 of the JSON array of its key columns. Null when one of them is null or empty, for
 * such rows are distinct, never the same.
 */
export function rowKey({ key }: ColumnLayout, row: Row): string | null {
  if (key.length === 0) return null
  const parts = key.map((column) => keyText(row[column]))
  return parts.includes(undefined) ? null : sha256Hex(`[${parts.join(',')}]`)
}

function keyText(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  // −0 and 0 are one number.
  if (typeof value === 'number') return formatJson(value + 0)
  return JSON.stringify(value)
}

function noObject(run: Run, row: unknown, index: number): DeltaError {
  return new DeltaError(
    'invalid-argument',
    `row ${index + 1} of run ${run.runId} cannot be published: expected an object as JSON has them, found ${describeValue(row)}`,
    { row: index + 1 },
  )
}
