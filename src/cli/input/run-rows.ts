import { readRows, type SchemaDescriptor } from '../../connector/index.ts'
import { DeltaError } from '../../errors.ts'
import { pathOf, type Session } from '../session.ts'
import { formatOf } from './format.ts'
import { fileSource, stdinPieces } from './source.ts'

type Surroundings = Pick<Session, 'cwd' | 'stdin' | 'signal' | 'progress'>

/**
 * The rows of a run, or events, read once: of a `.jsonl` or `.parquet` file, or JSON Lines on stdin for `-`. They stream; no more
 * of the file is in memory than is looked at. It is opened when the first row is asked for, so that one which cannot be is a
 * matter of the run. Unlike other inputs a file may be empty: a run may have found nothing.
 * @throws {DeltaError} `not-found`, `permission-denied`, `invalid-data`; `invalid-argument` for a directory, and as
 * {@link formatOfRows}.
 */
export async function* runRows(from: string, schema: SchemaDescriptor, session: Surroundings): AsyncGenerator<object> {
  const { stdin, signal } = session
  if (from === '-') {
    yield* readRows({ jsonLines: stdinPieces(stdin, signal), name: 'stdin' }, schema, { signal })
    return
  }
  const format = formatOfRows(from)
  const source = await fileSource(pathOf(from, session), from, session, { mayBeEmpty: format === 'jsonl' })
  try {
    const bytes = format === 'parquet' ? { parquet: source.access() } : { jsonLines: source.chunks(), name: from }
    yield* readRows(bytes, schema, { signal })
  } finally {
    await source.close()
  }
}

/** @throws {DeltaError} `invalid-argument` for a file of another kind than those in which runs come. */
export function formatOfRows(from: string): 'jsonl' | 'parquet' {
  const format = formatOf(from)
  if (format === 'jsonl' || format === 'parquet') return format
  throw new DeltaError('invalid-argument', `${from}: expected a file .jsonl or .parquet, found .${format}`)
}
