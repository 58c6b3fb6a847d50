import type { ObjectStore } from '../store/index.ts'
import type { AddFile } from './actions.ts'
import type { MayHold } from './checkpoint/read.ts'
import { batchesOf, type UnreadFiles } from './checkpoint/unread.ts'
import { readChecksum } from './checksum.ts'
import { load } from './load.ts'
import { formatChecksumPath } from './paths.ts'
import type { Reconstructed } from './reconstruct.ts'
import { fileKey } from './replay.ts'
import { heldBytes, type Snapshot } from './snapshot.ts'

/** A table at one version, whose files are in memory or are read from the checkpoint whenever they are asked for. */
export interface TableVersion
  extends Pick<
    Snapshot,
    'location' | 'version' | 'timestamp' | 'protocol' | 'metadata' | 'schema' | 'partitionColumns'
  > {
  /**
   * How many live data files there are, and their bytes. Of files that are not in memory, that is what the version's
   * checksum says, and nothing where there is none.
   */
  readonly numFiles?: number
  readonly sizeInBytes?: number
  /** About how much memory it takes, in bytes. */
  readonly heldBytes: number
  /** Whether all its files are in memory. */
  readonly isHeld: boolean
  /**
   * The live data files, at most 1,024 at a time, in no order that another opening would find again. Whoever stops early
   * lets go of what was opened for them.
   * @throws {DeltaError} where files are read from the checkpoint: `invalid-data` for a damaged one, and of the store.
   */
  files(signal?: AbortSignal): AsyncIterable<readonly AddFile[]>
  /** What the next opening goes on from. */
  readonly parts: Reconstructed
}

export interface OpenVersionOptions {
  /** The version to open; the newest unless said. */
  readonly version?: number | undefined
  /** The newest version that is not younger than this moment, in milliseconds since 1970. Not together with `version`. */
  readonly timestamp?: number | undefined
  /** The same table as it was opened before: only what was committed after it is read. */
  readonly from?: TableVersion | undefined
  /**
   * Asked before the files of a checkpoint are brought into memory, of which they will take about so many bytes. If not,
   * they stay in the log.
   */
  readonly mayHold?: MayHold | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a table that may be too large for memory. Where all is held it costs what `loadSnapshot` costs, and so does all
 * that comes after. Where not, opening costs one listing, the footers of the checkpoint with the few rows in it that are
 * no files, the commits since, which are held, and the version's checksum; asking for the files reads the checkpoint once
 * each time, at some thousand rows of memory. A later opening `from` this one costs one listing and the new commits, until
 * there is a newer checkpoint to begin with.
 *
 * A checkpoint whose top is damaged is stood in for, as by `loadSnapshot`; damage further in is found when files have been
 * given already. A file that a checkpoint names twice, which none should, is given twice.
 * @throws {DeltaError} as `loadSnapshot`.
 */
export async function openVersion(store: ObjectStore, options: OpenVersionOptions = {}): Promise<TableVersion> {
  const { from, ...wanted } = options
  const parts = await load(store, { ...wanted, from: from?.parts })
  if (parts === from?.parts) return from
  return parts.unread ? unreadVersion(store, parts, parts.unread, options.signal) : heldVersion(parts)
}

function heldVersion(parts: Reconstructed): TableVersion {
  const { snapshot } = parts
  const { numFiles, sizeInBytes } = snapshot
  return {
    ...common(parts),
    numFiles,
    sizeInBytes,
    isHeld: true,
    files: () => asynchronous(batchesOf(snapshot.files())),
  }
}

async function unreadVersion(
  store: ObjectStore,
  parts: Reconstructed,
  unread: UnreadFiles,
  signal: AbortSignal | undefined,
): Promise<TableVersion> {
  const { snapshot } = parts
  const checksum = await readChecksum(store, formatChecksumPath(snapshot.version), signal)
  return {
    ...common(parts),
    ...(checksum && { numFiles: checksum.numFiles, sizeInBytes: checksum.tableSizeBytes }),
    isHeld: false,
    async *files(signal) {
      for await (const batch of unread.batches(signal)) {
        const files = withoutSuperseded(batch, snapshot)
        if (files.length > 0) yield files
      }
      yield* batchesOf(snapshot.files())
    },
  }
}

function common(parts: Reconstructed) {
  const { location, version, timestamp, protocol, metadata, schema, partitionColumns } = parts.snapshot
  const bytes = heldBytes(parts.snapshot)
  return { location, version, timestamp, protocol, metadata, schema, partitionColumns, heldBytes: bytes, parts }
}

/** The files of a checkpoint that what came after it neither removed nor added anew. */
function withoutSuperseded(batch: readonly AddFile[], { state, location }: Snapshot): readonly AddFile[] {
  const { files, tombstones } = state
  if (files.size + tombstones.size === 0) return batch
  return batch.filter((file) => {
    const key = fileKey(file, location)
    return !files.has(key) && !tombstones.has(key)
  })
}

async function* asynchronous<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}
