import { DeltaError, isDeltaError } from '../errors.ts'
import type { ParquetSource } from '../parquet/index.ts'
import { jsonLinesRows } from './json-lines-rows.ts'
import { parquetRows } from './parquet-rows.ts'
import type { SchemaDescriptor } from './schema-descriptor.ts'

/** Where the rows of a run lie: JSON Lines in UTF-8, or the Parquet file that Kadoa exports. */
export type RowSource =
  | { readonly jsonLines: Uint8Array | Blob | AsyncIterable<Uint8Array> /** For messages. */; readonly name?: string }
  | { readonly parquet: ParquetSource }

/**
 * The rows of a run one by one, each as the object that Kadoa's API would have given, every digit of its numbers kept.
 * A small part of the file is in memory at a time: some lines, or a row group.
 * @param schema of the run: which fields are private, and which hold JSON where Parquet has text only.
 * @throws {DeltaError} `invalid-data` for a file that is cut off, damaged or of another kind, naming the place and whose move it is;
 * `unsupported` for what a Parquet file holds and JSON has no words for.
 */
export async function* readRows(
  source: RowSource,
  schema: SchemaDescriptor,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<object> {
  try {
    yield* 'parquet' in source
      ? parquetRows(source.parquet, schema, options.signal)
      : jsonLinesRows(source.jsonLines, source.name ?? 'the rows', options.signal)
  } catch (error) {
    throw isDeltaError(error, 'invalid-data') ? asKadoas(error) : error
  }
}

/** Damaged rows are fetched anew by whoever exported them. */
function asKadoas({ message, details, cause }: DeltaError): DeltaError {
  return new DeltaError('invalid-data', message, { blame: 'kadoa', ...details, cause })
}
