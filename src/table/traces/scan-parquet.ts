import { type DeltaError, isDeltaError } from '../../errors.ts'
import { openParquet, openStoredParquet, type RandomAccess, readParquetColumns } from '../../parquet/index.ts'
import { type Found, findForms } from './find-forms.ts'
import type { Sought } from './needle.ts'

/**
 * Where in a Parquet file some values are: in its bytes, in its decompressed pages and bounds, and in its decoded rows.
 * @throws {DeltaError} `invalid-data` for a damaged file; `unsupported` for a codec, an encoding or a type of column that
 * cannot be read, when all the others were looked at.
 */
export async function* scanParquet(
  access: RandomAccess,
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  const { dataEnd, contents } = await openStoredParquet(access, signal)
  for await (const { needle, at } of findForms(access, sought, signal)) {
    yield { where: at < dataEnd ? 'data' : 'statistics', needle }
  }
  for await (const { column, kind, type, bytes } of contents()) {
    for (const [needle, each] of sought.entries()) {
      // Encodings of numbers other than in dictionaries and bounds are left to the decoder.
      if (kind === 'data' && each.forms.length === 0) continue
      if (each.isAmong(bytes, type)) yield { where: kind === 'bound' ? 'statistics' : 'data', needle, column }
    }
  }
  const { names, problem } = await readableColumns(access, signal)
  if (names.length > 0) yield* foundInRows(access, names, sought, signal)
  if (problem !== undefined) throw problem
}

async function* foundInRows(
  access: RandomAccess,
  columns: readonly string[],
  sought: readonly Sought[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  for await (const batch of readParquetColumns(access, { columns, signal })) {
    for (const [column, values] of batch.columns) {
      for (const [needle, each] of sought.entries()) {
        if (Array.prototype.some.call(values, each.isIn)) yield { where: 'data', needle, column }
      }
    }
  }
}

/** The columns for which Delta has a type, and what stands in the way of the others. */
async function readableColumns(
  access: RandomAccess,
  signal: AbortSignal | undefined,
): Promise<{ readonly names: readonly string[]; readonly problem?: DeltaError }> {
  const file = await openParquet(access, signal)
  const names = file.readableSchema.fields.map(({ name }) => name)
  try {
    return { names: file.schema.fields.map(({ name }) => name) }
  } catch (problem) {
    if (isDeltaError(problem, 'unsupported')) return { names, problem }
    throw problem
  }
}
