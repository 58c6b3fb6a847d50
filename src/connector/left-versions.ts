import { isDeltaError } from '../errors.ts'
import { connectorFolder } from './connector-record.ts'
import type { ConnectorContext } from './context.ts'
import type { PinnedPlace } from './publish/fence.ts'
import { READING_GRACE } from './reading-grace.ts'
import { findTableAt } from './version-table.ts'

/** What a mark says once its version was found to be shown no longer, which is when it was written last. */
const LEFT = new TextEncoder().encode('left')

/**
 * Marks the version that is shown, before its files are written together. By the log their retention begins then; but recipients
 * see them until the share moves on, which is long after where a process dies in between.
 * @returns what takes the mark back, for when the share moved on at once; it leaves one that was there before.
 */
export async function markShown(context: ConnectorContext, { name, pin }: PinnedPlace): Promise<() => Promise<void>> {
  const { store, id, signal } = context
  const key = markKey(id, name, pin ?? '')
  const { outcome } = await store.put(key, new Uint8Array(), { mode: 'create', signal })
  return async () => {
    if (outcome === 'written') await store.delete([key], { signal })
  }
}

/** The versions with such a mark that recipients may still be reading, though the share shows a later one. */
export async function versionsLeft(context: ConnectorContext, place: PinnedPlace): Promise<number[]> {
  const { store, id, runtime, signal } = context
  const prefix = markKey(id, place.name)
  const left: number[] = []
  for await (const { key, size, lastModified } of store.list({ prefix, signal })) {
    const version = Number(key.slice(prefix.length))
    if (version === place.pin) continue
    const isOver = size > 0 && runtime.now() - lastModified >= READING_GRACE
    if (isOver || !(await isThere(context, place, version))) {
      await store.delete([key], { signal })
      continue
    }
    if (size === 0) await store.put(key, LEFT, { mode: 'overwrite', signal })
    left.push(version)
  }
  return left
}

/** An erasure leaves no version behind it, nor does the end of the log's retention. */
async function isThere(context: ConnectorContext, place: PinnedPlace, version: number): Promise<boolean> {
  try {
    return (await findTableAt(context, place, { version })) !== undefined
  } catch (error) {
    if (isDeltaError(error, 'not-found')) return false
    throw error
  }
}

function markKey(connectorId: string, name: string, version: number | '' = ''): string {
  return `${connectorFolder(connectorId)}/left/${name}/${version}`
}
