import { readRows, type SchemaDescriptor } from '../../connector/index.ts'
import { DeltaError } from '../../errors.ts'
import { pathOf, type Session } from '../session.ts'
import { formatOf } from './format.ts'
import { fileSource, stdinPieces } from './source.ts'

/** The rows of a run, read once. */
export interface RunRows {
  readonly rows: AsyncIterable<object>
  close(): Promise<void>
}

type Surroundings = Pick<Session, 'cwd' | 'stdin' | 'signal' | 'progress'>

/**
 * Opens the rows of a run, or events: a `.jsonl` or `.parquet` file, or JSON Lines on stdin for `-`. They stream; no more of
 * the file is in memory than is looked at. Unlike other inputs a file may be empty: a run may have found nothing. Close it
 * after use.
 * @throws {DeltaError} `not-found`, `permission-denied`; `invalid-argument` for a file of another kind.
 */
export async function openRunRows(from: string, schema: SchemaDescriptor, session: Surroundings): Promise<RunRows> {
  const { signal } = session
  if (from === '-') {
    const jsonLines = stdinPieces(session.stdin, signal)
    return { rows: readRows({ jsonLines, name: 'stdin' }, schema, { signal }), close: async () => {} }
  }
  const format = formatOf(from)
  if (format !== 'jsonl' && format !== 'parquet') {
    throw new DeltaError('invalid-argument', `${from}: expected a file .jsonl or .parquet, found .${format}`)
  }
  const source = await fileSource(pathOf(from, session), from, session, { mayBeEmpty: format === 'jsonl' })
  const bytes = format === 'parquet' ? { parquet: source.access() } : { jsonLines: source.chunks(), name: from }
  return { rows: readRows(bytes, schema, { signal }), close: () => source.close() }
}
