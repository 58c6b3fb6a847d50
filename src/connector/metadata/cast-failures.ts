import { DeltaError } from '../../errors.ts'
import { formatJson, isJsonObject, type JsonValue, parseJson } from '../../json.ts'
import type { CastFailures } from '../report.ts'

/**
 * `CAST_FAILURE_DETAILS`: for each column, in the order of the table, how many values did not fit it, and at most five of
 * them in words: `{"price":{"count":3,"samples":["the text \"1,5\""]}}`. Null where all values fitted.
 */
export function castFailureDetails(failures: readonly CastFailures[]): string | null {
  if (failures.length === 0) return null
  return formatJson(Object.fromEntries(failures.map(({ column, count, samples }) => [column, { count, samples }])))
}

/**
 * The same details without the samples that are not to stay; the counts stay.
 * @throws {DeltaError} `invalid-data` for a text that {@link castFailureDetails} has not made.
 */
export function dropSamples(details: string, isDropped: (sample: string) => boolean): string {
  const columns = parseJson(details, 'CAST_FAILURE_DETAILS')
  if (!isJsonObject(columns)) throw notOurs()
  return formatJson(
    Object.fromEntries(
      Object.entries(columns).map(([column, failures]) => [column, withoutSamples(failures, isDropped)]),
    ),
  )
}

function withoutSamples(failures: JsonValue | undefined, isDropped: (sample: string) => boolean): JsonValue {
  if (!isJsonObject(failures) || !Array.isArray(failures.samples)) throw notOurs()
  const samples = failures.samples.filter((sample: JsonValue) => typeof sample === 'string' && !isDropped(sample))
  return { ...failures, samples }
}

function notOurs(): DeltaError {
  return new DeltaError(
    'invalid-data',
    'CAST_FAILURE_DETAILS cannot be read: expected an object of columns, each with count and samples; WORKFLOW_RUNS was written by somebody else',
  )
}
