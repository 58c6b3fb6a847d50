import { DeltaError } from '../errors.ts'
import type { FileChange } from '../log/index.ts'
import { parseFilter } from '../predicate/index.ts'
import { type ChangeReadRequest, type ChangeToRead, changeSchema, checkTellable } from '../scan/index.ts'
import { physicalName, type RowValueOptions } from '../schema/index.ts'
import { AnswerFiles, type OpenFile } from './answer-files.ts'
import { brokenAnswer } from './endpoint.ts'
import type { Http } from './http.ts'
import { remoteFile } from './remote-file.ts'
import type { SharedState } from './shared-state.ts'
import type { TableQueries } from './table-queries.ts'
import { millisecondsOf } from './table-reader.ts'

/** Both ends are inclusive. The start is given in exactly one way; the end is the newest version unless said. */
export interface SharedChangesOptions extends RowValueOptions {
  readonly startingVersion?: number | undefined
  /** Milliseconds since 1970, or a `Date`: the first version at or after it. */
  readonly startingTimestamp?: number | Date | undefined
  readonly endingVersion?: number | undefined
  /** The last version at or before it. */
  readonly endingTimestamp?: number | Date | undefined
  /** Columns wanted, in this order, of the row and of its change; all by default. */
  readonly columns?: readonly string[] | undefined
  /** Only rows that pass, as for reading; the columns of the change may be asked for too. */
  readonly where?: object | undefined
  /** At most so many rows. */
  readonly limit?: number | undefined
  /** Asks for the list of files in pages of so many, from servers that have pages. */
  readonly filesPerPage?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** The changes of one read and what is wanted of them. */
export interface OpenChanges {
  readonly changes: AsyncGenerator<ChangeToRead>
  readonly request: ChangeReadRequest
  close(): void
}

export async function openChanges(
  http: Http,
  queries: TableQueries,
  options: SharedChangesOptions,
): Promise<OpenChanges> {
  const { startingVersion, endingVersion, filesPerPage, columns, where, limit, timestamps, signal: caller } = options
  const stop = new AbortController()
  const signal = caller === undefined ? stop.signal : AbortSignal.any([caller, stop.signal])
  const close = (): void => stop.abort()
  const query = {
    startingVersion,
    startingTimestamp: millisecondsOf(options.startingTimestamp),
    endingVersion,
    endingTimestamp: millisecondsOf(options.endingTimestamp),
    includeHistoricalMetadata: true,
    maxFiles: filesPerPage,
  }
  const what = queries.readingChanges
  const later: SharedState[] = []
  try {
    const answer = await AnswerFiles.open({
      what,
      kinds: ['add', 'remove', 'cdc'],
      runtime: http.runtime,
      signal,
      // What happened stays as it is: the same question has the same answer, and perhaps newer versions behind it.
      again: () => [{}],
      ask: ({ pageToken }) => queries.changes({ ...query, pageToken }, (state) => later.push(state), signal),
    })
    const versions = await filesByVersion(what, answer)
    const table = tableAtEnd(what, answer, later)
    checkPartitions(what, versions, table)
    const { partitionColumns, matchBy } = table
    const schema = changeSchema(table.schema)
    const filter = where === undefined ? undefined : parseFilter(where, schema)
    const request = { schema, partitionColumns, matchBy, columns, where: filter, limit, timestamps, signal }
    return { changes: changesToRead(http, versions), request, close }
  } catch (error) {
    close()
    throw error
  }
}

/**
 * All files of an answer, in the order of their versions. Servers send them in orders of their own (the reference server
 * each kind apart), and what the table is at the end is known when the last line was read.
 */
async function filesByVersion(what: string, answer: AnswerFiles): Promise<ReadonlyMap<number, readonly OpenFile[]>> {
  const versions = new Map<number, OpenFile[]>()
  for await (const file of answer.files()) {
    const { version, timestamp, kind } = file.listed
    if (version === undefined || timestamp === undefined)
      throw brokenAnswer(what, `${kind}.version or timestamp is missing`)
    const files = versions.get(version)
    if (files) files.push(file)
    else versions.set(version, [file])
  }
  return new Map([...versions].sort(([a], [b]) => a - b))
}

/**
 * The table at the last of the versions, by which all rows are told. A server that does not tell of earlier metadata begins
 * with the newest, and nothing follows.
 * @throws {DeltaError} `unsupported` where rows of the versions before cannot be told by it.
 */
function tableAtEnd(what: string, { version, table }: AnswerFiles, later: readonly SharedState[]): SharedState {
  const states = later.map((state) => ({ ...state, version: versionOfState(what, state) }))
  const head = { ...table, version: table.facts.version ?? version }
  const inOrder = [head, ...states].sort((a, b) => a.version - b.version)
  const end = inOrder.at(-1) ?? head
  checkTellable(inOrder.slice(0, -1), end)
  return end
}

function versionOfState(what: string, { facts: { version } }: SharedState): number {
  if (version !== undefined) return version
  throw brokenAnswer(what, 'metaData.version is missing behind the head')
}

async function* changesToRead(
  http: Http,
  versions: ReadonlyMap<number, readonly OpenFile[]>,
): AsyncGenerator<ChangeToRead> {
  for (const [version, files] of versions) {
    for (const told of changesOf(files)) {
      yield { version, ...reachChange(http, told) }
      for (const part of told.parts) part.close()
    }
  }
}

function checkPartitions(what: string, versions: ReadonlyMap<number, readonly OpenFile[]>, table: SharedState): void {
  const isPartitioned = partitionedAs(table)
  for (const [version, files] of versions) if (!files.every(isPartitioned)) throw repartitioned(what, version)
}

/**
 * Whether a file is of the table's last partitions: of others, columns would be looked for where they are not, and found
 * empty. Servers that do not tell of earlier metadata leave only this to know it by.
 */
function partitionedAs({ schema, partitionColumns }: SharedState): (file: OpenFile) => boolean {
  const keys = schema.fields.filter(({ name }) => partitionColumns.includes(name)).map(physicalName)
  return ({ listed: { kind, file } }) => {
    const given = Object.keys(file.partitionValues)
    // Of a file that was removed, Spark does not tell the values that are null.
    return given.every((key) => keys.includes(key)) && (kind !== 'add' || given.length === keys.length)
  }
}

function repartitioned(what: string, version: number): DeltaError {
  return new DeltaError(
    'unsupported',
    `${what} failed: in version ${version} the table had other partition columns than at the end, by which its rows cannot be told: ask for later versions`,
    { feature: 'incompatible schema change' },
  )
}

/** A change, and the files of the answer that tell it: two where a deletion vector took the place of another. */
interface ToldChange {
  readonly change: FileChange
  readonly parts: readonly [OpenFile, ...OpenFile[]]
}

/** The changes of one version. */
function changesOf(files: readonly OpenFile[]): ToldChange[] {
  const removed = new Map(files.flatMap((file) => (file.listed.kind === 'remove' ? [[file.id, file]] : [])))
  const exchanged = new Set<OpenFile>()
  const changes: ToldChange[] = []
  for (const file of files) {
    const before = file.listed.kind === 'add' ? removed.get(file.id) : undefined
    if (before === undefined || !(hasVector(file) || hasVector(before))) continue
    const change = { kind: 'vector', before: before.listed.file, file: file.listed.file } as const
    changes.push({ change, parts: [file, before] })
    exchanged.add(file).add(before)
  }
  const plain = files
    .filter((file) => !exchanged.has(file))
    .map((file) => ({ change: changeOf(file), parts: [file] as const }))
  return [...plain, ...changes]
}

function changeOf({ listed: { kind, file } }: OpenFile): FileChange {
  if (kind === 'cdc') return { kind, file: { ...file, dataChange: false } }
  return kind === 'remove' ? { kind, file } : { kind: 'add', file }
}

function hasVector({ listed }: OpenFile): boolean {
  return listed.file.deletionVector !== undefined
}

function reachChange(http: Http, { change, parts }: ToldChange): Omit<ChangeToRead, 'version'> {
  const [{ listed }] = parts
  const data = remoteFile(http, parts[0])
  return {
    change,
    timestamp: listed.timestamp ?? 0,
    open: () => data,
    readVector: (path, { start, end }, signal) => {
      const holder = parts.find((part) => part.listed.file.deletionVector?.pathOrInlineDv === path) ?? parts[0]
      return remoteFile(http, holder).readVector(start, end, signal)
    },
  }
}
