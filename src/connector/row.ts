import { DeltaError } from '../errors.ts'
import { formatJson } from '../json.ts'
import { describeValue, type Row } from '../schema/index.ts'
import { type CastProblem, type CastResult, castValue } from './cast.ts'
import type { ColumnLayout, PublishedColumn } from './column-layout.ts'
import { sha256Hex } from './digest.ts'
import { lineageOf } from './lineage.ts'
import { isObject, isPrivateName } from './public-json.ts'
import type { Run } from './run.ts'

/** A row as its table takes it, and what is to be said of it. */
export interface PublishedRow {
  readonly row: Row
  /** One for each value that did not come in as it was. */
  readonly problems: readonly ColumnProblem[]
  /** Keys of the row that are neither private nor fields of the schema: left out. */
  readonly extraFields: readonly string[]
}

export interface ColumnProblem {
  readonly column: string
  readonly problem: CastProblem
  /** The value, shortened, in words. */
  readonly found: string
}

/**
 * The function that makes rows of a run ready for their table: private keys dropped at every depth, each value cast by
 * its column's policy, the lineage added. `index` is the place of the row in the run, from 0.
 *
 * No row is lost to a bad value: it becomes null, and says so. A key that is absent is null and no problem.
 * @throws {DeltaError} from the function, `invalid-argument` for a row that is no object.
 */
export function rowCaster(layout: ColumnLayout, run: Run): (row: unknown, index: number) => PublishedRow {
  const fields = new Set([...layout.columns.map(({ field }) => field.name), ...layout.excluded])
  return (row, index) => {
    if (!isObject(row)) throw noObject(run, row, index)
    const values: Record<string, unknown> = {}
    const problems: ColumnProblem[] = []
    for (const column of layout.columns) {
      const given = Object.hasOwn(row, column.field.name) ? row[column.field.name] : undefined
      const { value, problem } = castColumn(column, given)
      values[column.name] = value
      if (problem !== undefined) problems.push({ column: column.name, problem, found: describeValue(given) })
    }
    return {
      row: { ...values, ...lineageOf(run, index, rowKey(layout, values)) },
      problems,
      extraFields: Object.keys(row).filter((name) => !isPrivateName(name) && !fields.has(name)),
    }
  }
}

function castColumn({ policy, part }: PublishedColumn, given: unknown): CastResult {
  const result = castValue(policy, given)
  if (part === undefined || !isObject(result.value)) return result
  return { ...result, value: result.value[part] ?? null }
}

/**
 * Identifies a row across runs: SHA-256 of the JSON array of its key columns. Null when one of them is null or empty, for
 * such rows are distinct, never the same.
 */
function rowKey({ key }: ColumnLayout, values: { readonly [column: string]: unknown }): string | null {
  if (key.length === 0) return null
  const parts = key.map((column) => keyText(values[column]))
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
    `row ${index + 1} of run ${run.runId} cannot be published: expected an object, found ${describeValue(row)}`,
    { row: index + 1 },
  )
}
