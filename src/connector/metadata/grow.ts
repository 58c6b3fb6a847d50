import { DeltaError } from '../../errors.ts'
import type { Row } from '../../schema/index.ts'
import type { Table } from '../../table/index.ts'
import { type PinnedTable, startOver, type WrittenTable } from './pinned-table.ts'

/** Rows of a table that only grows, but for a few that change. */
export interface Growth<R extends Row> {
  /** Rows whose keys the table does not have. */
  readonly added: readonly R[]
  /** Rows whose keys it has. */
  readonly changed: readonly R[]
}

/** Each publication adds a file; so many may lie about until they are written together. */
const MAX_SMALL_FILES = 32
/** A file of more is left as it is: about 60,000 runs. */
const SMALL_FILE_BYTES = 4 * 1024 * 1024

/**
 * Adds rows to what is published of a table, and replaces those that change.
 * @throws {DeltaError} `conflict` when somebody else wrote to the table meanwhile.
 */
export async function growTable<R extends Row>(
  table: PinnedTable<R>,
  growth: Growth<R>,
  signal?: AbortSignal | undefined,
): Promise<WrittenTable> {
  const { pin } = table.place
  const isNothing = growth.added.length + growth.changed.length === 0
  if (pin !== undefined && isNothing && !(await table.isOvertaken())) return table.written(pin)
  try {
    const head = await table.headFromPin()
    await write(head, table, growth, signal)
    await compact(head, signal)
    return table.written(head.version)
  } catch (error) {
    throw startOver(error, table.kind.name)
  }
}

/** In one commit: where recipients see each of them, none may have less than the one before. */
async function write<R extends Row>(
  head: Table,
  table: PinnedTable<R>,
  growth: Growth<R>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { kind, place } = table
  const { added, changed } = growth
  const options = { exclusive: true, signal }
  if (place.pin === undefined || (await table.isOvertaken())) await head.overwrite(grown(table, growth), options)
  else if (changed.length > 0) await head.merge([...changed, ...added], { ...options, on: kind.key })
  else if (added.length > 0) await head.append(added.toSorted(kind.compare), options)
}

/** All rows that the table is to have, whatever lies beyond what is published. */
async function* grown<R extends Row>(table: PinnedTable<R>, { added, changed }: Growth<R>): AsyncGenerator<Row> {
  const { key, compare } = table.kind
  const keyOf = (row: Row): string => JSON.stringify(key.map((column) => row[column]))
  const next = new Map(changed.map((row) => [keyOf(row), row]))
  for await (const row of table.read({})) yield next.get(keyOf(row)) ?? row
  yield* added.toSorted(compare)
}

async function compact(head: Table, signal: AbortSignal | undefined): Promise<void> {
  const small = head.files().filter(({ bytes }) => bytes < SMALL_FILE_BYTES)
  if (small.length <= MAX_SMALL_FILES) return
  const { version: written } = head
  const { version, filesRemoved } = await head.optimize({ targetFileBytes: SMALL_FILE_BYTES, signal })
  // It is put on top of whatever came in between, and that is none of ours.
  if (filesRemoved === 0 || version === written + 1) return
  throw new DeltaError(
    'conflict',
    `could not compact ${head.location}: somebody else wrote to it after version ${written}; read the share again, and start from what it shows`,
  )
}
