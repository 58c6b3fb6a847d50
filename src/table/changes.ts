import { DeltaError, isDeltaError } from '../errors.ts'
import {
  type ChangeRange,
  columnsMatchBy,
  decodePath,
  loadChanges,
  type Snapshot,
  tableSchema,
  type VersionState,
} from '../log/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { type ChangeToRead, changeSchema, checkTellable, readChangedRows } from '../scan/index.ts'
import type { Row, RowValueOptions, StructType } from '../schema/index.ts'
import { reachFiles } from './reach-files.ts'
import type { TableContext } from './settings.ts'

export interface ChangesOptions extends RowValueOptions {
  /** The first version whose changes are wanted. */
  readonly from: number
  /** The last one, inclusive; the version that the handle sees unless said. */
  readonly to?: number | undefined
  /** Columns wanted, in this order, of the row and of its change; all by default. */
  readonly columns?: readonly string[] | undefined
  /** Only rows that pass, as for reading; the columns of the change may be asked for too. */
  readonly where?: object | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The rows that changed from one version to another, version by version, each as it is in the schema of the last one.
 * All commits of the range are looked at before the first row.
 * @param snapshot the newest version that there is to the caller.
 */
export async function* readChanges(
  { store }: TableContext,
  snapshot: Snapshot,
  options: ChangesOptions,
): AsyncGenerator<Row> {
  const { from, to = snapshot.version, signal } = options
  if (isBehind(snapshot, options)) return
  checkRange(from, to, snapshot.version)
  const range = await loadChanges(store, { from, to, telling: 'feed', signal })
  const { metadata } = range.later.at(-1) ?? range.start
  const schema = changeSchema(schemaOf(range))
  const request = {
    ...options,
    where: options.where === undefined ? undefined : parseFilter(options.where, schema),
    schema,
    partitionColumns: metadata.partitionColumns,
    matchBy: columnsMatchBy(metadata),
  }
  const reach = {
    ...reachFiles(store),
    sizeOf: async (path: string) => (await store.head(decodePath(path, store.location), { signal })).size,
  }
  let at = from
  async function* changes(): AsyncGenerator<ChangeToRead> {
    for await (const { version, timestamp, files } of range.commits(signal)) {
      at = version
      for (const change of files()) yield { ...reach, change, version, timestamp }
    }
  }
  try {
    yield* readChangedRows(changes(), request)
  } catch (error) {
    throw isDeltaError(error, 'not-found') ? vacuumed(at, error) : error
  }
}

/** Whether only versions are asked for that are still to come: whoever goes on where it ended finds nothing then. */
function isBehind({ version }: Snapshot, { from, to }: ChangesOptions): boolean {
  return to === undefined && from === version + 1
}

function checkRange(from: number, to: number, newest: number): void {
  for (const [name, version] of Object.entries({ from, to })) {
    if (Number.isSafeInteger(version) && version >= 0) continue
    throw new DeltaError('invalid-argument', `${name}: expected a version, a whole number from 0, found ${version}`)
  }
  if (from > to)
    throw new DeltaError('invalid-argument', `the changes of versions ${from} to ${to}: ${from} is after ${to}`)
  if (to <= newest) return
  throw new DeltaError(
    'invalid-argument',
    `the changes of versions ${from} to ${to} are not all there: the newest version is ${newest}`,
  )
}

/** The schema of the last version, in which the rows of all others can be told. @throws {DeltaError} as `checkTellable`. */
function schemaOf({ start, later }: ChangeRange): StructType {
  const end = later.at(-1) ?? start
  const before = [start, ...later].filter(({ metadata }) => metadata !== end.metadata)
  const shape = shapeAt(end)
  checkTellable(before.map(shapeAt), shape)
  return shape.schema
}

function shapeAt({ version, metadata }: VersionState) {
  return { version, schema: tableSchema(metadata), partitionColumns: metadata.partitionColumns }
}

function vacuumed(version: number, cause: DeltaError): DeltaError {
  return new DeltaError(
    'not-found',
    `the changes of version ${version} cannot be read any more: a file of them is gone, most likely by VACUUM; ask for later versions`,
    { cause },
  )
}
