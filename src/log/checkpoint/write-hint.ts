import { foundOrNone } from '../../errors.ts'
import { formatJson, type JsonObject } from '../../json.ts'
import type { ObjectStore } from '../../store/index.ts'
import { LAST_CHECKPOINT_PATH } from '../paths.ts'
import { hasCheckpoint } from './due.ts'
import { hintChecksum, hintVersion } from './hint.ts'

/** What `_last_checkpoint` says (PROTOCOL.md "Last Checkpoint File"). A checkpoint in one file has no `parts`. */
export interface Hint {
  readonly version: number
  /** Actions in the checkpoint. */
  readonly size: number
  readonly sizeInBytes: number
  readonly numOfAddFiles: number
  /** The top file of a v2 checkpoint. */
  readonly v2Checkpoint?: { readonly path: string; readonly sizeInBytes: number; readonly modificationTime: number }
}

/** How often another writer may be faster: each time its checkpoint is as good as ours, or better. */
const ATTEMPTS = 3

/**
 * Points readers to a checkpoint, which must be there. A hint to a newer one that is there stays; any is replaced only as
 * it was read.
 * @throws {DeltaError} of the store.
 */
export async function writeHint(store: ObjectStore, hint: Hint, signal?: AbortSignal): Promise<void> {
  const body = new TextEncoder().encode(formatHint(hint))
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const known = await foundOrNone(store.get(LAST_CHECKPOINT_PATH, { signal }))
    const pointsTo = (known && hintVersion(known.body)) ?? -1
    if (pointsTo > hint.version && (await hasCheckpoint(store, pointsTo, signal))) return
    const mode = known ? { ifMatch: known.etag } : 'create'
    const { outcome } = await store.put(LAST_CHECKPOINT_PATH, body, { mode, signal })
    if (outcome !== 'precondition-failed') return
  }
}

/** The text of a hint, its checksum last. */
export function formatHint({ v2Checkpoint, ...hint }: Hint): string {
  const body: JsonObject = { ...hint, ...(v2Checkpoint && { v2Checkpoint: { ...v2Checkpoint } }) }
  return formatJson({ ...body, checksum: hintChecksum(body) })
}
