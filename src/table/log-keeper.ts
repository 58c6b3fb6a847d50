import {
  checkpointInterval,
  checkWritable,
  cleanUpLog,
  hasCheckpoint,
  readHint,
  type Snapshot,
  type WrittenCheckpoint,
  writeCheckpoint,
  writeChecksum,
} from '../log/index.ts'
import type { Runtime } from '../runtime.ts'
import type { ObjectStore } from '../store/index.ts'
import type { Housekeeping } from './housekeeping.ts'

/** Keeps the log of a table short and quick to open: what a writer owes its readers after a commit. */
export interface LogKeeper {
  /** To be told of every commit of ours, in any order. Returns at once; the work is housekeeping. */
  committed(snapshot: Snapshot): void
  /** Writes a checkpoint of a version now. @throws {DeltaError} as `writeCheckpoint`; `unsupported` for a table that we do not write. */
  checkpoint(snapshot: Snapshot, signal?: AbortSignal): Promise<WrittenCheckpoint>
}

export interface LogKeeperOptions {
  readonly store: ObjectStore
  readonly runtime: Runtime
  readonly housekeeping: Housekeeping
  /** Versions that no cleanup takes away. */
  readonly keepVersions: readonly number[]
}

/** Without a checkpoint for so many times the interval, the next commit writes one, whatever its version is. */
const OVERDUE = 2

/**
 * After each commit its checksum; after every tenth, or what `delta.checkpointInterval` says, a checkpoint, and behind it
 * the cleanup of the log. A writer to whom that version never falls, while those to whom it does write none, makes one in
 * between.
 */
export function logKeeper({ store, runtime, housekeeping, keepVersions }: LogKeeperOptions): LogKeeper {
  /** The newest checkpoint that we know of; −1 while there is none. */
  let newest = -1
  /** One checkpoint at a time; of those that come due meanwhile, only the last is worth writing. */
  let isWriting = false
  let waiting: Snapshot | undefined

  /** Lets the caller of the commit go on first. */
  const answered = (): Promise<void> => runtime.sleep(0)
  const isSlot = ({ version, metadata }: Snapshot): boolean =>
    version > 0 && version % checkpointInterval(metadata) === 0
  /** Whether there was no checkpoint for long, as far as we know. */
  const isOverdue = ({ version, metadata }: Snapshot): boolean => {
    return version - newest > OVERDUE * checkpointInterval(metadata)
  }
  const isDue = async (snapshot: Snapshot): Promise<boolean> => {
    if (isSlot(snapshot)) return !(await hasCheckpoint(store, snapshot.version))
    const hint = (await readHint(store)) ?? -1
    // A hint to what is not there yet is damaged, or that of a table which was here before: it would hold for ever.
    if (hint <= snapshot.version) newest = Math.max(newest, hint)
    return isOverdue(snapshot)
  }
  const write = async (snapshot: Snapshot): Promise<void> => {
    if (!(await isDue(snapshot))) return
    await writeCheckpoint(store, snapshot, { runtime })
    newest = Math.max(newest, snapshot.version)
    cleanUpAfter(snapshot)
  }
  const writeInTurn = async (first: Snapshot): Promise<void> => {
    isWriting = true
    try {
      await answered()
      for (let next: Snapshot | undefined = first; next; ) {
        waiting = undefined
        await write(next)
        next = waiting
      }
    } finally {
      isWriting = false
      waiting = undefined
    }
  }
  const cleanUpAfter = (snapshot: Snapshot): void => {
    housekeeping.run(`the log of ${store.location} was not cleaned up`, async () => {
      await cleanUpLog(store, snapshot, { runtime, keepVersions })
    })
  }

  return {
    committed(snapshot) {
      const { version } = snapshot
      housekeeping.run(`version ${version} of ${store.location} has no checksum`, async () => {
        await answered()
        await writeChecksum(store, snapshot)
      })
      newest = Math.max(newest, snapshot.checkpoint ?? -1)
      if (isWriting) {
        if (isSlot(snapshot) && version > (waiting?.version ?? -1)) waiting = snapshot
      } else if (isSlot(snapshot) || isOverdue(snapshot)) {
        housekeeping.run(`no checkpoint of ${store.location} was written`, () => writeInTurn(snapshot))
      }
    },
    async checkpoint(snapshot, signal) {
      checkWritable(snapshot.protocol, snapshot.metadata, store.location)
      const written = await writeCheckpoint(store, snapshot, { runtime, signal })
      newest = Math.max(newest, snapshot.version)
      cleanUpAfter(snapshot)
      return written
    },
  }
}
