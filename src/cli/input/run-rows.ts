import { readActivityEvents, readRows, type SchemaDescriptor } from '../../connector/index.ts'
import { DeltaError } from '../../errors.ts'
import { pathOf, type Session } from '../session.ts'
import { extensionOf, knownFormat } from './format.ts'
import { fileSource, stdinPieces } from './source.ts'

type Surroundings = Pick<Session, 'cwd' | 'stdin' | 'signal' | 'progress'>

/**
 * The rows of a run, read once: of a `.jsonl` or `.parquet` file, or JSON Lines on stdin for `-`. They stream; no more
 * of the file is in memory than is looked at. It is opened when the first row is asked for, so that one which cannot be is a
 * matter of the run. Unlike other inputs a file may be empty: a run may have found nothing.
 * @throws {DeltaError} `not-found`, `permission-denied`, `invalid-data`; `invalid-argument` for a directory, and as
 * {@link formatOfRows}.
 */
export async function* runRows(from: string, schema: SchemaDescriptor, session: Surroundings): AsyncGenerator<object> {
  const { signal } = session
  if (from === '-' || formatOfRows(from) === 'jsonl') {
    yield* readRows({ jsonLines: piecesOf(from, session), name: nameOf(from) }, schema, { signal })
    return
  }
  const source = await fileSource(pathOf(from, session), from, session)
  try {
    yield* readRows({ parquet: source.access() }, schema, { signal })
  } finally {
    await source.close()
  }
}

/** Events of the activity log, read as {@link runRows} reads JSON Lines. */
export function runEvents(from: string, session: Surroundings): AsyncIterable<object> {
  return readActivityEvents(piecesOf(from, session), { name: nameOf(from), signal: session.signal })
}

async function* piecesOf(from: string, session: Surroundings): AsyncIterable<Uint8Array> {
  if (from === '-') {
    yield* stdinPieces(session.stdin, session.signal)
    return
  }
  const source = await fileSource(pathOf(from, session), from, session, { mayBeEmpty: true })
  try {
    yield* source.chunks()
  } finally {
    await source.close()
  }
}

function nameOf(from: string): string {
  return from === '-' ? 'stdin' : from
}

/** @throws {DeltaError} `invalid-argument` for a file of another kind than that in which events come. */
export function checkEvents(from: string): void {
  if (from === '-' || knownFormat(from) === 'jsonl') return
  throw wrongKind(from, 'events of the activity log as JSON Lines, one a line, in a file .jsonl')
}

/** @throws {DeltaError} `invalid-argument` for a file of another kind than those in which runs come. */
export function formatOfRows(from: string): 'jsonl' | 'parquet' {
  const format = knownFormat(from)
  if (format === 'jsonl' || format === 'parquet') return format
  throw wrongKind(from, 'a file .jsonl or .parquet')
}

function wrongKind(from: string, expected: string): DeltaError {
  const extension = extensionOf(from)
  const found = extension === '' ? 'a name without an extension' : `.${extension}`
  const remedy = extension === 'gz' ? '; unpack it first: gunzip' : ''
  return new DeltaError('invalid-argument', `${from}: expected ${expected}, found ${found}${remedy}`)
}
