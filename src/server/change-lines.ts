import { DeltaError } from '../errors.ts'
import {
  type ChangeRange,
  deletionVectorPath,
  type FileChange,
  type RemoveFile,
  tableSchema,
  type VersionState,
} from '../log/index.ts'
import type { TableEntry } from '../manifest/index.ts'
import type { ObjectStore } from '../store/index.ts'
import { type ChangedFile, type ChangeVersion, changeLine, type RemovedFile } from './change-line.ts'
import type { ChangesHead } from './changes-head.ts'
import type { ChangesPosition } from './changes-pin.ts'
import { dataKey } from './data-key.ts'
import { type FileLinks, type LineForm, linksExpireAt } from './file-line.ts'
import type { fileLinker } from './file-lines.ts'
import { type PartitionFilter, partitionFilter } from './partition-filter.ts'

/** A line of an answer of changes. */
export interface SharedChange {
  readonly line: string
  /** Of a line about a file: its bytes, and when its first URL ends. */
  readonly file?: { readonly size: number; readonly expiresAt: number }
  /** Where the answer goes on behind this line, should it be cut here; absent where it must not be. */
  readonly next?: ChangesPosition
}

export interface ChangeLinesRequest {
  readonly store: ObjectStore
  readonly entry: TableEntry
  readonly range: ChangeRange
  readonly head: Pick<ChangesHead, 'linesOf'>
  readonly form: LineForm
  readonly link: ReturnType<typeof fileLinker>
  /** Where to begin. */
  readonly position: ChangesPosition
}

/**
 * The lines of the changes that a share shows, version by version, one commit in memory at a time; each file is signed
 * when it is its turn.
 */
export async function* changeLines(request: ChangeLinesRequest): AsyncGenerator<SharedChange> {
  const { entry, range, head, position } = request
  let state = range.start
  let shown = shownAt(entry, state)
  for await (const commit of range.commits()) {
    const { version, timestamp } = commit
    if (commit.state) {
      const line = head.linesOf(state, commit.state)
      state = commit.state
      shown = shownAt(entry, state)
      if (line !== '' && isAhead(version, position)) yield { line }
    }
    if (version < position.version) continue
    const skipped = version === position.version ? position.files : 0
    let files = 0
    for (const change of commit.files()) {
      if (files++ < skipped) continue
      yield* linesOfChange(request, change, { ...shown, version, timestamp, files })
    }
  }
}

/** Whether no page before told of the version. */
function isAhead(version: number, position: ChangesPosition): boolean {
  return version > position.version || (version === position.version && position.files === 0)
}

interface ShownState extends Pick<ChangeVersion, 'schema' | 'partitionColumns'> {
  readonly isShown: PartitionFilter
}

function shownAt(entry: TableEntry, { metadata }: VersionState): ShownState {
  const place = { schema: tableSchema(metadata), partitionColumns: metadata.partitionColumns }
  return { ...place, isShown: partitionFilter(entry, place) }
}

async function* linesOfChange(
  request: ChangeLinesRequest,
  change: FileChange,
  at: ChangeVersion & ShownState & { readonly files: number },
): AsyncGenerator<SharedChange> {
  const lines = await changedFiles(change, at, request.store)
  const last = lines.at(-1)
  if (last === undefined || !lines.every(({ file }) => at.isShown(file))) return
  // A file whose vector was exchanged must have one URL in both lines: by it clients see that it is one file.
  const data = await request.link({ key: dataKey(last.file), size: last.file.size })
  for (const each of lines) {
    const { deletionVector } = each.file
    const vectorPath = deletionVector && deletionVectorPath(deletionVector)
    const vector = vectorPath === undefined ? undefined : await request.link({ key: dataKey({ path: vectorPath }) })
    const links: FileLinks = { file: data, vector }
    const file = { size: each.file.size, expiresAt: linksExpireAt(links) }
    const line = changeLine(each, at, links, request.form)
    yield { line, file, ...(each === last && { next: { version: at.version, files: at.files } }) }
  }
}

/** What is told line by line: the exchange of a vector is a removal and an addition of the file. */
async function changedFiles(change: FileChange, at: ChangeVersion, store: ObjectStore): Promise<ChangedFile[]> {
  switch (change.kind) {
    case 'add':
    case 'cdc':
      return [change]
    case 'remove':
      return [{ kind: 'remove', file: await wholeRemoval(change.file, at, store) }]
    case 'vector': {
      const { before, file } = change
      const { size, partitionValues } = file
      return [
        { kind: 'remove', file: { ...before, size, partitionValues } },
        { kind: 'add', file },
      ]
    }
  }
}

/** A removal may leave out the size and the partition of its file (PROTOCOL.md "Add File and Remove File"). */
async function wholeRemoval(
  { stats: _, ...remove }: RemoveFile,
  { partitionColumns }: ChangeVersion,
  store: ObjectStore,
): Promise<RemovedFile> {
  const { partitionValues = partitionColumns.length === 0 ? {} : undefined } = remove
  if (partitionValues === undefined) {
    throw new DeltaError('unsupported', 'a removal in the log of this table does not tell the partition of its file', {
      feature: 'extendedFileMetadata',
    })
  }
  const size = remove.size ?? (await store.head(dataKey(remove))).size
  return { ...remove, size, partitionValues }
}
