import { connectorFolder } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import { type Deleted, deleteBelow } from './delete-below.ts'
import type { PinnedPlace } from './publish/fence.ts'
import { READING_GRACE } from './reading-grace.ts'
import { tablePlaceIn } from './table-place.ts'

/** Where a table goes when the columns that it is shown with do not fit any more. */
export function nextPlace(context: ConnectorContext, { folder, epoch, name }: PinnedPlace): PinnedPlace {
  return { ...tablePlaceIn(context, folderOf(folder), epoch + 1), name, pin: undefined }
}

/**
 * Whether a table may have been shown from other places: so it is on planes which keep what is shown to its columns, and
 * where it has moved on before.
 */
function mayHaveMoved({ plane }: ConnectorContext, { epoch }: PinnedPlace): boolean {
  return epoch > 0 || !plane.promises.newSchemaInPlace
}

/**
 * Deletes all that a table left at other places than its own, but what another share still shows: for erasures. Recipients
 * who read there at this moment do not come to the end of it.
 */
export async function dropOtherEpochs(context: ConnectorContext, place: PinnedPlace): Promise<void> {
  if (!mayHaveMoved(context, place)) return
  for (const epoch of await listEpochs(context, place)) {
    if (epoch !== place.epoch) await dropEpoch(context, place, epoch)
  }
}

/** A place where a table was shown, long enough ago. */
export interface OldEpoch {
  readonly location: string
  /** Deletes what lies there, unless another share shows it. @returns how many objects, and their bytes. */
  drop(): Promise<Deleted>
}

/**
 * The places before that at which a table is shown, which nobody needs to read any more: seven days after they were first
 * found to be of no more use, for recipients may still be reading there.
 * @param options.isDry finds, and marks none that was not found before.
 */
export async function oldEpochs(
  context: ConnectorContext,
  place: PinnedPlace,
  { isDry }: { readonly isDry: boolean },
): Promise<OldEpoch[]> {
  if (place.pin === undefined || place.epoch === 0) return []
  const found = (await listEpochs(context, place)).filter((epoch) => epoch < place.epoch)
  if (found.length === 0) return []
  const marks = await loadMarks(context, place)
  const old: OldEpoch[] = []
  for (const epoch of found) {
    const since = marks.get(epoch)
    if (since === undefined && !isDry) await mark(context, place, epoch)
    if (since === undefined || context.runtime.now() - since < READING_GRACE) continue
    const { location } = tablePlaceIn(context, folderOf(place.folder), epoch)
    old.push({ location, drop: () => dropEpoch(context, place, epoch) })
  }
  return old
}

/** Where a table was shown last, of which the share has lost the entry. */
export async function newestPlace(context: ConnectorContext, place: PinnedPlace): Promise<PinnedPlace> {
  if (!mayHaveMoved(context, place)) return place
  const epoch = (await listEpochs(context, place)).at(-1) ?? place.epoch
  return { ...place, ...tablePlaceIn(context, folderOf(place.folder), epoch) }
}

/** What there is anything of, in their order. */
async function listEpochs({ store, signal }: ConnectorContext, { folder }: PinnedPlace): Promise<number[]> {
  const prefix = `${folderOf(folder)}/`
  const epochs = new Set<number>()
  for await (const { key } of store.list({ prefix, signal })) {
    const [epoch = ''] = key.slice(prefix.length).split('/')
    if (/^\d+$/.test(epoch)) epochs.add(Number(epoch))
  }
  return [...epochs].sort((a, b) => a - b)
}

async function dropEpoch(context: ConnectorContext, { folder, name }: PinnedPlace, epoch: number): Promise<Deleted> {
  const { store, id, plane, signal } = context
  const place = tablePlaceIn(context, folderOf(folder), epoch)
  if ((await plane.pinnedVersions(place.location)).length > 0) return { deleted: 0, bytes: 0 }
  const dropped = await deleteBelow(context, `${place.folder}/`)
  await store.delete([markKey(id, name, epoch)], { signal })
  return dropped
}

/** Since when, in milliseconds since 1970, the epochs of a table are known to be of no more use. */
async function loadMarks({ store, id, signal }: ConnectorContext, { name }: PinnedPlace): Promise<Map<number, number>> {
  const prefix = markKey(id, name, '')
  const marks = new Map<number, number>()
  for await (const { key, lastModified } of store.list({ prefix, signal })) {
    marks.set(Number(key.slice(prefix.length)), lastModified)
  }
  return marks
}

async function mark({ store, id, signal }: ConnectorContext, { name }: PinnedPlace, epoch: number): Promise<void> {
  await store.put(markKey(id, name, epoch), new Uint8Array(), { mode: 'overwrite', signal })
}

function markKey(id: string, name: string, epoch: number | ''): string {
  return `${connectorFolder(id)}/moved/${name}/${epoch}`
}

function folderOf(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('/'))
}
