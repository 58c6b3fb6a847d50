import { DeltaError, isDeltaError } from '../errors.ts'
import { mayBeMade } from './answer-lost.ts'
import { checkNotHidden } from './check-shown.ts'
import { withNames, withWayBack } from './dropped-table.ts'
import type { PlaneContext, SharePlace } from './plane-context.ts'
import { ensureRegistered } from './registration.ts'
import { checkRoom } from './room.ts'
import type { CatalogShare, ShareChange } from './share.ts'
import { aliasKey, shareChanges, type TableToRegister, type Wish } from './share-changes.ts'

/** Looks at a share and what it should be, before what cannot be told from the answers counts as failed. */
const MAX_LOOKS = 5
/** Milliseconds between two of them after the first, and as much more each time: what was just made may not be seen at once. */
const PAUSE = 1000

export interface Showing {
  /**
   * What is wished of the share that is there, asked again before each attempt: so that a publisher that slept finds out
   * before it changes anything.
   */
  wishes(share: CatalogShare): Promise<readonly Wish[]>
  /** Told before a change is sent. */
  onChange?(): void
}

/**
 * Brings what the catalog's share shows to what is wished, registering the tables that it is to show. Whatever is lost or
 * half done, an answer, an attempt of somebody who died, one of two calls, is looked at again and completed.
 * @returns the share as it is now.
 * @throws {DeltaError} `not-found` for no share; what the catalog refuses.
 */
export async function showTables(
  context: PlaneContext,
  place: SharePlace,
  { wishes, onChange }: Showing,
): Promise<CatalogShare> {
  const { shares } = context.catalog
  let share = await shares.get(place.share)
  let failure: unknown
  for (let look = 1; ; look++) {
    const wished = await withNames(context, place, share, await wishes(share))
    const changes = shareChanges(place, share.objects, wished)
    if (changes.length === 0) return share
    if (look > MAX_LOOKS) throw await withWayBack(context, place, changes, failure ?? stays(place, changes))
    checkRoom(context, place, share, changes)
    await registerTables(context, place, share, wished, changes)
    onChange?.()
    try {
      share = await shares.update(place.share, changes)
    } catch (error) {
      if (!isWorthALook(error)) throw await withWayBack(context, place, changes, error)
      failure = error
      await context.runtime.sleep((look - 1) * PAUSE)
      share = await shares.get(place.share)
    }
  }
}

/**
 * Registers the tables that a share is to show, and shows none.
 * @throws {DeltaError} `not-found` for no share; what the catalog refuses.
 */
export async function prepareTables(context: PlaneContext, place: SharePlace, wishes: readonly Wish[]): Promise<void> {
  const share = await context.catalog.shares.get(place.share)
  const wished = await withNames(context, place, share, wishes)
  await registerTables(context, place, share, wished, shareChanges(place, share.objects, wished))
}

async function registerTables(
  context: PlaneContext,
  place: SharePlace,
  share: CatalogShare,
  wishes: readonly Wish[],
  changes: readonly ShareChange[],
): Promise<void> {
  for (const each of toRegister(wishes, changes)) {
    checkNotHidden(place, share, each)
    await ensureRegistered(context, place, each)
  }
}

/** Tables are registered before they are added; those that are shown have been. */
function toRegister(wishes: readonly Wish[], changes: readonly ShareChange[]): TableToRegister[] {
  const entries = new Map(wishes.map((wish) => [aliasKey(wish), wish.entry]))
  return changes.flatMap((change) => {
    const alias = change.action === 'ADD' ? change.sharedAs?.toLowerCase() : undefined
    const entry = alias === undefined ? undefined : entries.get(alias)
    return entry === undefined ? [] : [{ entry, table: change.table }]
  })
}

/** Whether what was to be done may be done: by us, the answer lost, or by another; or must be begun otherwise. */
function isWorthALook(error: unknown): boolean {
  return mayBeMade(error) || isDeltaError(error, 'not-found') || isDeltaError(error, 'conflict')
}

function stays({ share }: SharePlace, [change]: readonly ShareChange[]): DeltaError {
  return new DeltaError(
    'conflict',
    `share ${share} does not stay as it was asked for: ${change?.table} is shown otherwise each time that it is looked at; find out who else changes the share`,
    { blame: 'kadoa' },
  )
}
